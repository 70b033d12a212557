import { FrameScheduler } from '../../shared/frames.js';

/** Draws at most once a frame and never while hidden: a request made meanwhile is drawn once when shown again. */
export class ShownFrames {
  readonly #scheduler: FrameScheduler;
  readonly #draw: () => void;
  #asked = false;
  #shown = false;

  constructor(draw: () => void) {
    this.#draw = draw;
    this.#scheduler = new FrameScheduler(() => this.#run());
  }

  request(): void {
    this.#asked = true;
    if (this.#shown) this.#scheduler.request();
  }

  show(shown: boolean): void {
    this.#shown = shown;
    if (shown && this.#asked) this.#scheduler.request();
  }

  #run(): void {
    if (!this.#shown || !this.#asked) return;
    this.#asked = false;
    this.#draw();
  }
}

/** Calls `onChange` when the element comes into sight or leaves it: scrolled away, collapsed, or the page hidden. */
export function watchShown(element: Element, onChange: (shown: boolean) => void): void {
  let inSight = false;
  const tell = () => onChange(inSight && document.visibilityState === 'visible');
  new IntersectionObserver((entries) => {
    inSight = entries.at(-1)?.isIntersecting ?? false;
    tell();
  }).observe(element);
  document.addEventListener('visibilitychange', tell);
}
