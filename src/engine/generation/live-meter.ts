import type { LiveSample, SparsityReport, SpeculationReport } from '../../contract/index.js';

const minimumGapMs = 100;
const windowMs = 1_000;

/** What a sample adds to the token rate. */
export interface LiveFacts {
  readonly firstTokenMs: number | null;
  readonly sparsity: Pick<SparsityReport, 'density' | 'densityPerLayer'>;
  readonly speculation: Pick<SpeculationReport, 'drafted' | 'accepted' | 'rollbacks'>;
  readonly drift: number | null;
  readonly threads: number;
}

/** Makes live samples of a stream: the rate over the last second, at most ten samples a second. */
export class LiveMeter {
  readonly #send: (sample: LiveSample) => void;
  readonly #now: () => number;
  #arrivals: { readonly time: number; readonly tokens: number }[] = [];
  #lastSent = -Infinity;

  constructor(send: (sample: LiveSample) => void, now: () => number = Date.now) {
    this.#send = send;
    this.#now = now;
  }

  /** @param tokens how many arrived now */
  count(tokens: number, facts: () => LiveFacts): void {
    const time = this.#now();
    this.#arrivals.push({ time, tokens });
    this.#arrivals = this.#arrivals.filter((arrival) => time - arrival.time <= windowMs);
    if (time - this.#lastSent < minimumGapMs) return;
    this.#lastSent = time;
    const { firstTokenMs, sparsity, speculation, drift, threads } = facts();
    this.#send({
      time,
      tokensPerSecond: this.#rate(time),
      firstTokenMs,
      density: sparsity.density,
      densityPerLayer: sparsity.densityPerLayer,
      drafted: speculation.drafted,
      accepted: speculation.accepted,
      rollbacks: speculation.rollbacks,
      drift,
      residentBytes: process.memoryUsage.rss(),
      threads,
    });
  }

  #rate(now: number): number {
    const [first, ...later] = this.#arrivals;
    if (first === undefined || now <= first.time) return 0;
    return (later.reduce((sum, { tokens }) => sum + tokens, 0) * 1000) / (now - first.time);
  }
}
