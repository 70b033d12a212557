import type { LiveSample, QualityStatus, SparsityReport, SpeculationReport } from '../../contract/index.js';
import type { LoopProgress } from '../correction/native-loop.js';

const minimumGapMs = 100;
const windowMs = 1_000;

/** What is known of a stream at one moment. */
export interface LiveFacts {
  readonly firstTokenMs: number | null;
  readonly threads: number;
  readonly sparsity: Pick<SparsityReport, 'density' | 'densityPerLayer'>;
  readonly speculation: Pick<SpeculationReport, 'drafted' | 'accepted' | 'rollbacks'>;
  readonly drift: number | null;
  readonly quality: QualityStatus | undefined;
  /** Undefined without a GPU. */
  readonly vramBytes: number | undefined;
}

/** The part of the facts that a running generation tells itself; dense and nothing drafted before it told anything. */
export type ProgressFacts = Pick<LiveFacts, 'sparsity' | 'speculation' | 'drift'>;

export function progressFacts(progress: LoopProgress | undefined): ProgressFacts {
  if (progress === undefined)
    return {
      sparsity: { density: 1, densityPerLayer: [] },
      speculation: { drafted: 0, accepted: 0, rollbacks: 0 },
      drift: null,
    };
  const { drafted, accepted, rollbacks, probes, probeDivergence, densityPerLayer } = progress;
  const sum = densityPerLayer.reduce((total, density) => total + density, 0);
  return {
    sparsity: {
      density: densityPerLayer.length === 0 ? 1 : sum / densityPerLayer.length,
      densityPerLayer,
    },
    speculation: { drafted, accepted, rollbacks },
    drift: probes === 0 ? null : probeDivergence / probes,
  };
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
    this.#emit(time, this.#rate(time), facts());
  }

  /**
   * A stream ended: its last sample, whenever the one before was sent.
   * @param tokensPerSecond over the whole stream; 0 when it was too short to tell
   */
  end(tokensPerSecond: number, facts: LiveFacts): void {
    const time = this.#now();
    this.#emit(time, tokensPerSecond > 0 ? tokensPerSecond : this.#rate(time), facts);
    this.#arrivals = [];
  }

  #emit(time: number, tokensPerSecond: number, facts: LiveFacts): void {
    this.#lastSent = time;
    const { firstTokenMs, threads, sparsity, speculation, drift, quality, vramBytes } = facts;
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
      ...(vramBytes === undefined ? {} : { vramBytes }),
      ...(quality === undefined ? {} : { quality }),
    });
  }

  #rate(now: number): number {
    const [first, ...later] = this.#arrivals;
    if (first === undefined || now <= first.time) return 0;
    return (later.reduce((sum, { tokens }) => sum + tokens, 0) * 1000) / (now - first.time);
  }
}
