import type { SparsityRequest } from '../../contract/index.js';
import { reference, tested, type Measuring } from './measuring-context.js';
import { logProbability, mean } from './statistics.js';
import type { Steps } from './steps.js';

/** What sparse passes lose on a text, token by token against dense passes over the same text. */
export interface QualityLoss {
  /** Mean KL(dense || sparse), nats. */
  readonly kl: number;
  /** Share of positions with the same most likely token. */
  readonly top1: number;
  /** Of the text under the sparse passes. */
  readonly perplexity: number;
}

/** Tokens at the start of the text that are a dense prompt, as in use: prefill is always dense. */
export const promptTokens = 64;

/** Tokens evaluated between two points where something more urgent may go first. */
const chunk = 8;

/** Rolling masks are refreshed by a dense pass over this many tokens, as a check does. */
const refreshEvery = 16;

/**
 * Evaluates the text after its first tokens sparsely, one token at a time on its own sparse KV cells, and densely on another sequence.
 * The rolling form is re-evaluated densely every 16 tokens, as its checks do.
 */
export async function* measureLoss(
  context: Measuring,
  request: SparsityRequest,
  text: readonly number[],
  onToken: (done: number) => void,
): Steps<QualityLoss> {
  const kl: number[] = [];
  const same: number[] = [];
  const logProbs: number[] = [];
  await context.begin(request);
  await context.clear(reference);
  await context.logits(tested, 0, text.slice(0, promptTokens), 'dense');
  await context.logits(reference, 0, text.slice(0, promptTokens), 'dense');
  for (let at = promptTokens; at < text.length; at += chunk) {
    yield;
    const tokens = text.slice(at, at + chunk);
    const sparse = await context.logits(tested, at, tokens, 'sparse');
    const dense = await context.logits(reference, at, tokens, 'dense');
    const comparison = context.compare(dense, sparse);
    kl.push(...comparison.kl);
    same.push(...comparison.sameTop);
    logProbs.push(
      ...nextTokenLogProbs(sparse, text.slice(at + 1, at + 1 + tokens.length), context.vocabulary),
    );
    const done = at + tokens.length - promptTokens;
    if (request.selector === 'rolling' && done % refreshEvery === 0)
      await refresh(context, text, at + tokens.length);
    onToken(done);
  }
  return { kl: mean(kl), top1: mean(same), perplexity: Math.exp(-mean(logProbs)) };
}

async function refresh(context: Measuring, text: readonly number[], end: number): Promise<void> {
  const start = end - refreshEvery;
  await context.truncate(tested, start);
  await context.logits(tested, start, text.slice(start, end), 'dense');
}

function nextTokenLogProbs(
  rows: Float32Array,
  next: readonly number[],
  vocabulary: number,
): readonly number[] {
  return next.map((token, index) =>
    logProbability(rows.subarray(index * vocabulary, (index + 1) * vocabulary), token),
  );
}
