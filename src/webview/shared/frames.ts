/** Above this cost of one draw, in milliseconds, the scheduler rests as long as the draw took. */
const restAbove = 8;

/**
 * Joins many requests to draw into one a frame. A slow draw is followed by a rest as long as itself, so drawing never
 * takes more than half of the main thread; a request made meanwhile is kept.
 */
export class FrameScheduler {
  readonly #draw: () => void;
  #state: 'idle' | 'waiting' | 'resting' | 'resting-asked' = 'idle';
  #frame = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#state === 'resting') this.#state = 'resting-asked';
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    this.#frame = requestAnimationFrame(() => this.#run());
  }

  /** Draws at once, instead of in the next frame: for what a key that comes before that would find as it was. */
  now(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#state === 'waiting') this.#state = 'idle';
    if (this.#state === 'resting-asked') this.#state = 'resting';
    this.#draw();
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
