/** What is asked of the GPU's driver: bytes in use by all programs. */
export interface VramSource {
  readonly gpu: string | false;
  getVramState(): Promise<{ readonly used: number }>;
}

const minimumGapMs = 1000;

/** The GPU memory in use, asked for once a second at most and never waited for. */
export class VramWatch {
  readonly #source: VramSource;
  readonly #now: () => number;
  #askedAt = -Infinity;
  #used: number | undefined;

  constructor(source: VramSource, now: () => number = Date.now) {
    this.#source = source;
    this.#now = now;
  }

  /** Bytes as of the last answer; undefined without a GPU and before the first answer. */
  get usedBytes(): number | undefined {
    this.#refresh();
    return this.#used;
  }

  #refresh(): void {
    const time = this.#now();
    if (this.#source.gpu === false || time - this.#askedAt < minimumGapMs) return;
    this.#askedAt = time;
    this.#source.getVramState().then(
      ({ used }) => (this.#used = used),
      () => (this.#used = undefined),
    );
  }
}
