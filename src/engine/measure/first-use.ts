import type { SelectorId } from '../../contract/index.js';
import type { Measuring } from './measuring-context.js';
import { median } from './statistics.js';
import type { Steps } from './steps.js';

export interface FirstUseOptions {
  /** Selectors that run on this model. */
  readonly selectors: readonly SelectorId[];
  /** Token ids of some code. */
  readonly text: readonly number[];
  /** Time for the measuring. Default 2600: with opening the context, all of it stays within 3 s. */
  readonly budgetMs?: number;
  readonly now?: () => number;
}

const defaultBudgetMs = 2_600;
const promptTokens = 32;
const decoded = 4;
const leastPairs = 2;
const mostPairs = 9;
const typicalDensity = 0.5;

/**
 * In the order in which they are worth measuring when time is short: what skips the gate first. Selectors of a linear's input are not
 * among them: their layouts take longer to build than the whole look may last.
 */
const candidates: readonly SelectorId[] = ['rolling', 'griffin', 'chess', 'cats', 'exact-zero', 'topk'];

/**
 * A short look at what each selector gains at density 0.5 on this machine, when a model is used for the first time: pairs of dense
 * and sparse decoding in turns until the time is up.
 * @returns ratios to dense; absent is a selector that the time did not suffice for, or that makes no sparse pass on this model
 */
export async function* firstUse(
  context: Measuring,
  options: FirstUseOptions,
): Steps<ReadonlyMap<SelectorId, number>> {
  const { text, now = () => performance.now(), budgetMs = defaultBudgetMs } = options;
  const prompt = text.slice(0, promptTokens);
  const next = text[promptTokens];
  const ratios = new Map<SelectorId, number>();
  const selectors = candidates.filter((selector) => options.selectors.includes(selector));
  if (next === undefined) return ratios;
  const startedAt = now();
  for (const [index, selector] of selectors.entries()) {
    const until = startedAt + (budgetMs * (index + 1)) / selectors.length;
    if (now() >= startedAt + budgetMs) break;
    await context.begin({ selector, density: typicalDensity });
    await context.logits(0, 0, prompt, 'dense');
    await context.decode(prompt.length, next, 2, 'sparse');
    if (!(await ranSparse(context))) continue;
    const pairs: number[] = [];
    while (pairs.length < leastPairs || (pairs.length < mostPairs && now() < until)) {
      if (pairs.length > 0 && now() >= startedAt + budgetMs) break;
      yield;
      const dense = await context.decode(prompt.length, next, decoded, 'dense');
      pairs.push(dense / (await context.decode(prompt.length, next, decoded, 'sparse')));
    }
    ratios.set(selector, median(pairs));
  }
  return ratios;
}

/** Exact zeros, say, are found at the first pass not to suit the activation: what would be timed is dense against dense. */
async function ranSparse(context: Measuring): Promise<boolean> {
  const { passes } = await context.counters();
  return passes.some((count) => count > 0);
}
