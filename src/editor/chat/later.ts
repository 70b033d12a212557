import type { ChatWorld } from './ports.js';

/** Runs a job at most once in an interval, at its end, however often it is asked for. */
export class Throttled {
  readonly #world: Pick<ChatWorld, 'later'>;
  readonly #milliseconds: number;
  readonly #run: () => void;
  #cancel: (() => void) | undefined;

  constructor(world: Pick<ChatWorld, 'later'>, milliseconds: number, run: () => void) {
    this.#world = world;
    this.#milliseconds = milliseconds;
    this.#run = run;
  }

  ask(): void {
    this.#cancel ??= this.#world.later(this.#milliseconds, () => this.flush());
  }

  /** Runs now if it was asked for. */
  flush(): void {
    if (!this.#cancel) return;
    this.drop();
    this.#run();
  }

  drop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
