/** Above this cost of one draw, in milliseconds, the scheduler rests as long as the draw took. */
const restAbove = 8;

/**
 * Joins many requests to draw into one a frame. A slow draw is followed by a rest as long as itself, so drawing never
 * takes more than half of the main thread; a request made meanwhile is kept.
 */
export class FrameScheduler {
  readonly #draw: () => void;
  #state: 'idle' | 'waiting' | 'resting' | 'resting-asked' = 'idle';

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#state === 'resting') this.#state = 'resting-asked';
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    requestAnimationFrame(() => this.#run());
  }

  #run(): void {
    const start = performance.now();
    this.#state = 'idle';
    this.#draw();
    const cost = performance.now() - start;
    if (cost <= restAbove || this.#state !== 'idle') return;
    this.#state = 'resting';
    setTimeout(() => this.#wake(), cost);
  }

  #wake(): void {
    const asked = this.#state === 'resting-asked';
    this.#state = 'idle';
    if (asked) this.request();
  }
}
