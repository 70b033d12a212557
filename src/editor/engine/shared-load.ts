interface Load<T> {
  readonly abort: AbortController;
  readonly result: Promise<T>;
  /** Another takes its place: those who wait for it wait for that one. */
  replaced: boolean;
}

/** One load at a time, which any number may wait for, and which can be cancelled or give way to another. */
export class SharedLoad<T> {
  #current: Load<T> | undefined;

  get running(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Joins the load under way, or starts one. Where that is replaced meanwhile, joins or starts the next.
   * @throws what `start` throws
   */
  async join(start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      const load = this.#current ?? this.#begin(start);
      try {
        const result = await load.result;
        if (!load.replaced) return result;
      } catch (error) {
        if (!load.replaced) throw error;
      }
    }
  }

  /** What is being loaded is no longer what is wanted. */
  replace(): void {
    if (this.#current !== undefined) this.#current.replaced = true;
    this.cancel();
  }

  /** Nobody waits for it any more: those who did see it fail. */
  cancel(): void {
    this.#current?.abort.abort();
    this.#current = undefined;
  }

  #begin(start: (signal: AbortSignal) => Promise<T>): Load<T> {
    const abort = new AbortController();
    const load: Load<T> = { abort, result: start(abort.signal), replaced: false };
    this.#current = load;
    const done = (): void => {
      if (this.#current === load) this.#current = undefined;
    };
    load.result.then(done, done);
    return load;
  }
}
