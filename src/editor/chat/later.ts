import type { ChatWorld } from './ports.js';

/**
 * What the promise gives, unless the signal is aborted first. The work behind the promise goes on.
 * @throws an AbortError once the signal is aborted
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('It was stopped.', 'AbortError'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

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
