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

/** Checks are dense passes over this many tokens. */
const checkEvery = 16;

export interface LossOptions {
  /** Tokens at the start of the text that are a dense prompt. Default 64. */
  readonly prompt?: number;
  /** Whose cells are re-evaluated densely every 16 tokens, as in Balanced mode. Default `rolling`. */
  readonly checks?: 'rolling' | 'all';
  /** @param done tokens measured so far */
  readonly onToken?: (done: number) => void;
}

/** Evaluates the text after its prompt sparsely, one token at a time on its own sparse KV cells, and densely on another sequence. */
export async function* measureLoss(
  context: Measuring,
  request: SparsityRequest,
  text: readonly number[],
  { prompt = promptTokens, checks = 'rolling', onToken = () => undefined }: LossOptions = {},
): Steps<QualityLoss> {
  const checked = checks === 'all' || request.selector === 'rolling';
  const kl: number[] = [];
  const same: number[] = [];
  const logProbs: number[] = [];
  await context.begin(request);
  await context.clear(reference);
  yield* prefill(context, tested, text.slice(0, prompt));
  yield* prefill(context, reference, text.slice(0, prompt));
  for (let at = prompt; at < text.length; at += chunk) {
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
    const done = at + tokens.length - prompt;
    if (checked && done % checkEvery === 0) await check(context, text, at + tokens.length);
    onToken(done);
  }
  return { kl: mean(kl), top1: mean(same), perplexity: Math.exp(-mean(logProbs)) };
}

/** The perplexity of the text after its prompt under dense passes. */
export async function* densePerplexity(
  context: Measuring,
  text: readonly number[],
  prompt: number = promptTokens,
): Steps<number> {
  const logProbs: number[] = [];
  await context.clear(reference);
  yield* prefill(context, reference, text.slice(0, prompt));
  for (let at = prompt; at < text.length; at += chunk) {
    yield;
    const tokens = text.slice(at, at + chunk);
    const dense = await context.logits(reference, at, tokens, 'dense');
    logProbs.push(
      ...nextTokenLogProbs(dense, text.slice(at + 1, at + 1 + tokens.length), context.vocabulary),
    );
  }
  return Math.exp(-mean(logProbs));
}

async function* prefill(context: Measuring, sequence: 0 | 1, prompt: readonly number[]): Steps<void> {
  for (let at = 0; at < prompt.length; at += context.chunk) {
    yield;
    await context.logits(sequence, at, prompt.slice(at, at + context.chunk), 'dense');
  }
}

async function check(context: Measuring, text: readonly number[], end: number): Promise<void> {
  const start = end - checkEvery;
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
