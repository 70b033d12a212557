import type { Availability } from './engine-port.js';

const loading: Availability = {
  kind: 'unavailable',
  outcome: 'model-loading',
  message: 'The model is loading.',
};

/**
 * When a model is loaded for a suggestion. Typing starts it once; after a failure it is tried again on command only, or once
 * something has changed: loading takes seconds, memory and every core, and would fail the same way with every key.
 */
export class Loading {
  private failure: Availability | undefined;
  private running = false;

  /** @param load loads the chosen model, and tells how that went; never rejects */
  public constructor(private readonly load: () => Promise<Availability>) {}

  /** Starts loading unless that has failed before, and answers at once. */
  public look(): Availability {
    if (this.failure !== undefined && !this.mayHaveChanged()) return this.failure;
    if (!this.running) void this.wait();
    return this.failure ?? loading;
  }

  /** Loads, whatever has been before. */
  public async wait(): Promise<Availability> {
    this.running = true;
    try {
      const availability = await this.load();
      this.failure = availability.kind === 'unavailable' ? availability : undefined;
      return availability;
    } finally {
      this.running = false;
    }
  }

  /** What failed may work now: another model or other settings were chosen, or a model is in memory. */
  public forget(): void {
    this.failure = undefined;
  }

  /** A model that is not on this machine costs a look at the disk only, and may have come meanwhile. */
  private mayHaveChanged(): boolean {
    return this.failure?.kind === 'unavailable' && this.failure.outcome === 'no-model';
  }
}
