import { liveWindowMs, type LiveSample } from '../../../contract/index.js';

/** The last minutes of live samples, in order of time, whether or not the panel is shown. */
export class LiveHistory {
  #samples: LiveSample[] = [];

  /** Adds a sample and drops those older than the window. A sample older than the last one is dropped itself. */
  add(sample: LiveSample): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && sample.time < last.time) return;
    this.#samples.push(sample);
    const start = sample.time - liveWindowMs;
    const keep = this.#samples.findIndex(({ time }) => time >= start);
    if (keep > 0) this.#samples = this.#samples.slice(keep);
  }

  get samples(): readonly LiveSample[] {
    return this.#samples;
  }
}
