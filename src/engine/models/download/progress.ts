import type { DownloadProgress } from '../../../contract/index.js';

const minimumGapMs = 100;
const rateWindowMs = 3_000;

/** Turns byte counts into progress messages, at most ten a second, with the rate of the last seconds. */
export class ProgressMeter {
  readonly #send: (progress: DownloadProgress) => void;
  readonly #now: () => number;
  #source: string | undefined;
  #samples: { readonly time: number; readonly bytes: number }[] = [];
  #lastSent = -Infinity;

  constructor(send: (progress: DownloadProgress) => void, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
  }

  /** The first bytes from a source are always told, however soon they come. */
  begin(source: string): void {
    this.#source = source;
    this.#samples = [];
    this.#lastSent = -Infinity;
  }

  phase(phase: DownloadProgress['phase'], receivedBytes: number, totalBytes: number): void {
    this.#lastSent = this.#now();
    this.#emit(phase, receivedBytes, totalBytes);
  }

  bytes(receivedBytes: number, totalBytes: number, phase: 'downloading' | 'verifying' = 'downloading'): void {
    const time = this.#now();
    this.#samples.push({ time, bytes: receivedBytes });
    this.#samples = this.#samples.filter((sample) => time - sample.time <= rateWindowMs);
    if (time - this.#lastSent < minimumGapMs) return;
    this.#lastSent = time;
    this.#emit(phase, receivedBytes, totalBytes);
  }

  #emit(phase: DownloadProgress['phase'], receivedBytes: number, totalBytes: number): void {
    const progress = { phase, receivedBytes, totalBytes, bytesPerSecond: this.#rate() };
    this.#send(this.#source === undefined ? progress : { ...progress, source: this.#source });
  }

  #rate(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return 0;
    return Math.round(((last.bytes - first.bytes) * 1000) / (last.time - first.time));
  }
}
