import {
  isLossless,
  type CorrectionRequest,
  type QualityStatus,
  type SparsityRequest,
} from '../../contract/index.js';
import {
  control,
  controlledDensity,
  qualityStatus,
  startController,
  type ControllerEvent,
  type ControllerState,
} from './controller.js';

/** How one generation is to run. */
export interface QualityPlan {
  readonly sparsity: SparsityRequest | undefined;
  readonly correction: CorrectionRequest;
  /** Sparse tokens between two dense probes; absent for the engine's default. */
  readonly probeEvery?: number;
  /** What is learnt from it: nothing, the loss and speed at the density held, or the speed without sparsity. */
  readonly lesson: Lesson | null;
}

interface Lesson {
  readonly key: string;
  readonly kind: 'held' | 'lossless';
}

/** What a finished generation showed. */
export interface QualityOutcome {
  readonly probes: number;
  /** Mean over the probes; null without any. */
  readonly kl: number | null;
  readonly top1: number | null;
  readonly tokens: number;
  readonly decodeMs: number;
}

/** The controller of one combination of selector, mode and target, with the speeds it compares. */
interface Held {
  readonly controller: ControllerState;
  readonly losslessRate: number | null;
  /** Generations at the held density since the last lossless one. */
  readonly sinceLossless: number;
}

/** Tokens a generation needs for its speed to say something. */
const fewestTokens = 8;
/** Held generations between two that run without sparsity, to know what sparsity gains now; fewer before the first. */
const losslessEvery = 24;
const firstLosslessAfter = 2;
/** Probes are dense passes: many until the loss is known, then 3% of the passes. */
const probeEverySettling = 10;
const probeEveryHolding = 32;
const mostKeys = 8;

/**
 * "Quality first" of one loaded model: moves the density of the requests that ask for it. Exact loses nothing and is left alone. Fast
 * is probed; in Balanced the checks are the probes, and what they measure are the drafts, so its answers lose less than the limit.
 * Pure but for its memory: no clock, no I/O.
 */
export class QualityKeeper {
  readonly #held = new Map<string, Held>();
  #last: string | null = null;

  /** The state of the controller that was used last; undefined while none was asked for. */
  get status(): QualityStatus | undefined {
    const held = this.#last === null ? undefined : this.#held.get(this.#last);
    return held === undefined ? undefined : qualityStatus(held.controller);
  }

  plan(sparsity: SparsityRequest | undefined, correction: CorrectionRequest): QualityPlan {
    const target = sparsity?.quality;
    if (
      sparsity === undefined ||
      target === undefined ||
      (correction.mode !== 'fast' && correction.mode !== 'balanced') ||
      sparsity.selector === 'none' ||
      isLossless(sparsity.selector)
    ) {
      this.#last = null;
      return { sparsity, correction, lesson: null };
    }
    const key = JSON.stringify([correction.mode, sparsity.selector, target, sparsity.denseLayers ?? []]);
    const held = this.#held.get(key) ?? {
      controller: startController(target, sparsity.density),
      losslessRate: null,
      sinceLossless: 0,
    };
    this.#keep(key, held);
    const density = controlledDensity(held.controller);
    const due = held.sinceLossless >= (held.losslessRate === null ? firstLosslessAfter : losslessEvery);
    if (density >= 1 || due)
      return {
        sparsity: { selector: 'none', density: 1 },
        correction: { ...correction, mode: 'exact' },
        lesson: { key, kind: 'lossless' },
      };
    const settling = qualityStatus(held.controller).phase === 'settling';
    return {
      sparsity: { ...sparsity, density },
      correction,
      ...(correction.mode === 'fast' && { probeEvery: settling ? probeEverySettling : probeEveryHolding }),
      lesson: { key, kind: 'held' },
    };
  }

  learn({ lesson }: QualityPlan, outcome: QualityOutcome): void {
    const held = lesson === null ? undefined : this.#held.get(lesson.key);
    if (lesson === null || held === undefined) return;
    this.#keep(lesson.key, lesson.kind === 'held' ? learnHeld(held, outcome) : learnLossless(held, outcome));
  }

  /** Another model was loaded: what was learnt does not hold for it. */
  forget(): void {
    this.#held.clear();
    this.#last = null;
  }

  #keep(key: string, held: Held): void {
    this.#held.delete(key);
    this.#held.set(key, held);
    this.#last = key;
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= mostKeys) break;
      this.#held.delete(oldest);
    }
  }
}

const rateOf = ({ tokens, decodeMs }: QualityOutcome): number | null =>
  tokens >= fewestTokens && decodeMs > 0 ? (tokens * 1000) / decodeMs : null;

function learnHeld(held: Held, outcome: QualityOutcome): Held {
  const rate = rateOf(outcome);
  const events: ControllerEvent[] = [
    ...probeEvents(held, outcome),
    ...(rate !== null && held.losslessRate !== null
      ? [{ kind: 'speed' as const, ratio: rate / held.losslessRate }]
      : []),
  ];
  return {
    ...held,
    controller: events.reduce(control, held.controller),
    sinceLossless: held.sinceLossless + (rate === null ? 0 : 1),
  };
}

/** A generation's mean KL is one observation, since its tokens are alike; each agreement is one by itself. */
function probeEvents({ controller }: Held, { probes, kl, top1 }: QualityOutcome): readonly ControllerEvent[] {
  if (probes === 0 || kl === null || top1 === null) return [];
  if (controller.target.metric === 'kl') return [{ kind: 'probe', probe: { kl, agreed: top1 >= 0.5 } }];
  const agreed = Math.round(top1 * probes);
  return Array.from({ length: probes }, (_, index) => ({
    kind: 'probe',
    probe: { kl, agreed: index < agreed },
  }));
}

function learnLossless(held: Held, outcome: QualityOutcome): Held {
  const rate = rateOf(outcome);
  const controller = control(held.controller, { kind: 'tokens', count: outcome.tokens });
  if (rate === null) return { ...held, controller };
  const losslessRate = held.losslessRate === null ? rate : 0.7 * held.losslessRate + 0.3 * rate;
  return { controller, losslessRate, sinceLossless: 0 };
}
