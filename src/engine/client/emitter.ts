/** A list of listeners of one kind of event. */
export class Emitter<T> {
  readonly #handlers = new Set<(value: T) => void>();

  /** Adds a listener; the result removes it. */
  on(handler: (value: T) => void): () => void {
    const entry = (value: T): void => handler(value);
    this.#handlers.add(entry);
    return () => this.#handlers.delete(entry);
  }

  emit(value: T): void {
    for (const handler of [...this.#handlers]) handler(value);
  }

  clear(): void {
    this.#handlers.clear();
  }
}
