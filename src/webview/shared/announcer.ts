export interface AnnouncerOptions {
  /** Shortest time between two announcements, milliseconds. Default 1500. */
  readonly intervalMs?: number;
}

/**
 * A polite ARIA live region that speaks at most once an interval; of several texts in one interval the last is spoken.
 * Append {@link element} to the page once; it is visually hidden.
 */
export class Announcer {
  readonly element = document.createElement('div');
  readonly #intervalMs: number;
  #pending: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AnnouncerOptions = {}) {
    this.#intervalMs = options.intervalMs ?? 1500;
    this.element.className = 'visually-hidden';
    this.element.setAttribute('role', 'status');
    this.element.setAttribute('aria-live', 'polite');
  }

  announce(text: string): void {
    if (this.#timer !== undefined) {
      this.#pending = text;
      return;
    }
    this.element.textContent = text;
    this.#timer = setTimeout(() => this.#flush(), this.#intervalMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = undefined;
    if (text !== undefined) this.announce(text);
  }
}
