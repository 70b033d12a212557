/** What a {@link StopMatcher} lets out. */
export interface Released {
  readonly text: string;
  readonly stopped: boolean;
}

/** Passes text on, ends before the first stop string, and never lets out what may be the beginning of one. */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = '';

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  push(text: string): Released {
    this.#held += text;
    const found = this.#earliest();
    if (found >= 0) return this.#release(found, true);
    return this.#release(this.#held.length - this.#partialLength(), false);
  }

  /** What was held back, at the end of the stream. */
  flush(): string {
    return this.#release(this.#held.length, false).text;
  }

  #release(length: number, stopped: boolean): Released {
    const text = this.#held.slice(0, length);
    this.#held = stopped ? '' : this.#held.slice(length);
    return { text, stopped };
  }

  #earliest(): number {
    const places = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((place) => place >= 0);
    return places.length === 0 ? -1 : Math.min(...places);
  }

  #partialLength(): number {
    return this.#stops.reduce((longest, stop) => Math.max(longest, this.#overlap(stop)), 0);
  }

  #overlap(stop: string): number {
    for (let length = Math.min(stop.length - 1, this.#held.length); length > 0; length--)
      if (this.#held.endsWith(stop.slice(0, length))) return length;
    return 0;
  }
}
