/** Calls back when nothing happened for a time. */
export class IdleTimer {
  readonly #onIdle: () => void;
  #minutes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** @param minutes 0: never */
  set(minutes: number): void {
    this.#minutes = minutes;
    this.touch();
  }

  touch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#minutes <= 0) return;
    this.#timer = setTimeout(this.#onIdle, this.#minutes * 60_000);
    this.#timer.unref();
  }
}
