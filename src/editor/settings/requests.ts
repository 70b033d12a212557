import type { CheckPolicy, CorrectionRequest } from '../../contract/correction.js';
import type { SelectorId } from '../../contract/modes.js';
import { leastGain } from '../../contract/measurement.js';
import type { QualityTarget } from '../../contract/quality.js';
import { settings } from '../../contract/settings/index.js';
import type { SelectorAvailability, SparsityRequest } from '../../contract/sparsity.js';
import type { SettingsHere } from './reader.js';

/** Ratios to dense closer than this share of each other may stand the other way round tomorrow. */
const asFast = 0.95;

/** What loses least first, among those that skip as much: a mask that is refreshed before one that stays. */
const byLoss: readonly SelectorId[] = ['exact-zero', 'chess', 'topk', 'cats', 'rolling', 'griffin'];

/**
 * The selector with the best measured ratio on this machine, or `none` where none gains; of several that are as fast as measuring can
 * tell, the one that loses least.
 */
export function bestSelector(known: readonly SelectorAvailability[]): SelectorId {
  const gaining = known.flatMap(({ selector, available, measuredRatio = 0 }) =>
    available && measuredRatio >= leastGain ? [{ selector, ratio: measuredRatio }] : [],
  );
  const best = Math.max(...gaining.map(({ ratio }) => ratio));
  const fastest = gaining.filter(({ ratio }) => ratio >= best * asFast).map(({ selector }) => selector);
  return byLoss.find((selector) => fastest.includes(selector)) ?? fastest[0] ?? 'none';
}

/** The smallest limit a controller can be given; an agreement of 1 asks for it. */
const smallestLimit = 1e-4;

/** What "quality first" holds while it is on. */
export function qualityTarget(here: SettingsHere): QualityTarget {
  const { quality } = settings;
  if (here.get(quality.measure) === 'kl') return { metric: 'kl', limit: here.get(quality.maxKl) };
  const limit = Math.max(1 - here.get(quality.minAgreement), smallestLimit);
  return { metric: 'disagreement', limit: Number(limit.toPrecision(6)) };
}

/** What the settings ask of the sparse engine. */
export function sparsityRequest(
  here: SettingsHere,
  selectors: readonly SelectorAvailability[],
): SparsityRequest {
  const chosen = here.get(settings.sparsity.selector);
  return {
    selector: chosen === 'auto' ? bestSelector(selectors) : chosen,
    density: here.get(settings.sparsity.density),
    denseLayers: here.get(settings.sparsity.denseLayers),
    denseFirstTokens: here.get(settings.sparsity.denseFirstTokens),
    ...(here.get(settings.quality.hold) && { quality: qualityTarget(here) }),
  };
}

function checkPolicy(here: SettingsHere): CheckPolicy {
  const { check, period, riskBudget, riskFloor, riskCap } = settings.correction;
  const kind = here.get(check);
  if (kind === 'fixed') return { kind, period: here.get(period) };
  const risk = { budget: here.get(riskBudget), floor: here.get(riskFloor) };
  return kind === 'auto' ? { kind, ...risk } : { kind, ...risk, cap: here.get(riskCap) };
}

/** What the settings ask of the correction loop. */
export function correctionRequest(here: SettingsHere): CorrectionRequest {
  const maxDraft = here.get(settings.correction.maxDraft);
  return {
    mode: here.get(settings.mode),
    drafter: here.get(settings.correction.drafter),
    check: checkPolicy(here),
    acceptThreshold: here.get(settings.correction.acceptThreshold),
    ...(maxDraft > 0 && { maxDraft }),
    treeWidth: here.get(settings.correction.treeWidth),
  };
}
