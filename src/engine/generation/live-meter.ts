import type { LiveSample, QualityStatus, SparsityReport, SpeculationReport } from '../../contract/index.js';

const minimumGapMs = 100;
const windowMs = 1_000;

/** What is known while a stream runs. */
export interface LiveFacts {
  readonly firstTokenMs: number | null;
  readonly threads: number;
}

/** What is known once it has ended; the samples of the next stream repeat it until that has ended too. */
export interface EndFacts extends LiveFacts {
  readonly sparsity: Pick<SparsityReport, 'density' | 'densityPerLayer'>;
  readonly speculation: Pick<SpeculationReport, 'drafted' | 'accepted' | 'rollbacks'>;
  readonly drift: number | null;
  readonly quality: QualityStatus | undefined;
  /** Over the whole stream; 0 when it was too short to tell. */
  readonly tokensPerSecond: number;
}

type LastFacts = Pick<EndFacts, 'sparsity' | 'speculation' | 'drift' | 'quality'>;

const nothingEnded: LastFacts = {
  sparsity: { density: 1, densityPerLayer: [] },
  speculation: { drafted: 0, accepted: 0, rollbacks: 0 },
  drift: null,
  quality: undefined,
};

/** Makes live samples of a stream: the rate over the last second, at most ten samples a second. */
export class LiveMeter {
  readonly #send: (sample: LiveSample) => void;
  readonly #now: () => number;
  #arrivals: { readonly time: number; readonly tokens: number }[] = [];
  #lastSent = -Infinity;
  #last = nothingEnded;

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
    this.#emit(time, this.#rate(time), facts());
  }

  /** A stream ended: its last sample, whenever the one before was sent. */
  end(facts: EndFacts): void {
    const { sparsity, speculation, drift, quality } = facts;
    this.#last = { sparsity, speculation, drift, quality };
    const time = this.#now();
    this.#emit(time, facts.tokensPerSecond > 0 ? facts.tokensPerSecond : this.#rate(time), facts);
    this.#arrivals = [];
  }

  #emit(time: number, tokensPerSecond: number, { firstTokenMs, threads }: LiveFacts): void {
    this.#lastSent = time;
    const { sparsity, speculation, drift, quality } = this.#last;
    this.#send({
      time,
      tokensPerSecond,
      firstTokenMs,
      density: sparsity.density,
      densityPerLayer: sparsity.densityPerLayer,
      drafted: speculation.drafted,
      accepted: speculation.accepted,
      rollbacks: speculation.rollbacks,
      drift,
      residentBytes: process.memoryUsage.rss(),
      threads,
      ...(quality === undefined ? {} : { quality }),
    });
  }

  #rate(now: number): number {
    const [first, ...later] = this.#arrivals;
    if (first === undefined || now <= first.time) return 0;
    return (later.reduce((sum, { tokens }) => sum + tokens, 0) * 1000) / (now - first.time);
  }
}
