import type {
  CompletionOutcome,
  CorrectionRequest,
  GenerateDelta,
  GenerateResult,
  SamplingRequest,
  SequenceName,
  SparsityRequest,
  StopReason,
  StopRequest,
} from '../../contract/index.js';
import type { GenerationResult, TokenBatch } from '../correction/native-loop.js';
import type { LoadedModel } from '../host/loaded-model.js';
import { EngineError } from '../engine-error.js';
import { wantsSparsity } from '../host/sparsity-control.js';
import type { QualityOutcome } from '../quality/index.js';
import { GenerationTask } from './generation-task.js';
import { LineLimit } from './line-limit.js';
import { progressFacts, type LiveFacts, type LiveMeter, type ProgressFacts } from './live-meter.js';
import { checkSettings } from './request-checks.js';
import type { Scheduler } from './scheduler.js';

/** What a request asks for once its prompt is a token array. */
export interface GenerationOrder {
  readonly id: string;
  readonly sequence: SequenceName;
  readonly prompt: readonly number[];
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
  /** End the generation; the token itself gives no text. */
  readonly stopTokens?: ReadonlySet<number>;
  /** Stream text that a check may take back as unverified. Not together with `maxLines`. Default false. */
  readonly provisional?: boolean;
  /** A full context drops its oldest tokens behind the first `keep` and goes on. Default: it ends the generation. */
  readonly contextShift?: { readonly keep: number };
  /** Lines of text at most. */
  readonly maxLines?: number;
  /** Token arrays in which n-gram drafts are looked up, besides the prompt. */
  readonly draftSources?: readonly (readonly number[])[];
}

/** What generations share in this process. */
export interface GenerationServices {
  readonly scheduler: Scheduler;
  readonly meter: LiveMeter;
  readonly onDelta: (delta: GenerateDelta) => void;
}

/**
 * Runs one generation to its end, streaming it, and reports it.
 * @throws EngineError `bad-request`, `context-full` when the prompt itself does not fit
 */
export async function runGeneration(
  services: GenerationServices,
  model: LoadedModel,
  order: GenerationOrder,
  signal: AbortSignal,
): Promise<GenerateResult> {
  checkSettings(order, model.info.layers);
  const sequence = model.sequences[order.sequence];
  const room = sequence.capacity - order.prompt.length;
  if (room < 0)
    throw new EngineError(
      'context-full',
      `The prompt has ${order.prompt.length} tokens; the context holds ${sequence.capacity}.`,
      'Use a larger context or a shorter prompt.',
    );
  const limit = new LineLimit(order.maxLines ?? Infinity);
  const started = performance.now();
  let firstTokenMs: number | null = null;
  let live = progressFacts(undefined);
  const facts = (progress: ProgressFacts): LiveFacts => ({
    ...progress,
    firstTokenMs,
    threads: model.threads,
    quality: model.quality.status,
    vramBytes: model.vram.usedBytes,
  });
  const plan = model.quality.plan(order.sparsity, correctionOf(order));
  const task = new GenerationTask({
    priority: order.sequence,
    sequence,
    sparsityControl: model.sparsity,
    prompt: order.prompt,
    sparsity: plan.sparsity,
    generation: {
      ...(order.sampling === undefined ? {} : { sampling: order.sampling }),
      correction: plan.correction,
      ...(plan.probeEvery === undefined ? {} : { probeEvery: plan.probeEvery }),
      ...(order.draftSources === undefined ? {} : { draftSources: order.draftSources }),
      ...(order.stopTokens === undefined ? {} : { stopTokens: [...order.stopTokens] }),
      ...(order.contextShift === undefined ? {} : { contextShift: order.contextShift }),
      provisional: order.provisional === true && order.maxLines === undefined,
      stop: order.stop ?? {},
      density: plan.sparsity?.density ?? 1,
      ...(order.sparsity?.denseFirstTokens === undefined
        ? {}
        : { denseFirstTokens: order.sparsity.denseFirstTokens }),
    },
    onTokens: (batch) => {
      firstTokenMs ??= performance.now() - started;
      const text = limit.push(batch.text);
      if (limit.reached) task.end('stop-rule');
      if (text !== '' || batch.retract > 0) services.onDelta(delta(order.id, text, batch));
      if (batch.progress !== undefined) live = progressFacts(batch.progress);
      services.meter.count(batch.tokens.length, () => facts(live));
    },
  });
  const cancel = (): void => {
    task.end('cancelled');
    if (!task.started) services.scheduler.withdraw(task);
  };
  if (signal.aborted) task.end('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await services.scheduler.run(task);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  if (task.result !== null) model.quality.learn(plan, outcomeFor(task.result));
  const answer = report(model, order, task);
  if (answer.tokens.generated > 0)
    services.meter.end(
      answer.timings.tokensPerSecond,
      facts({
        sparsity: answer.sparsity,
        speculation: answer.speculation,
        drift: task.result?.drift.kl ?? null,
      }),
    );
  return answer;
}

function outcomeFor({ drift, tokens, timings }: GenerationResult): QualityOutcome {
  return { ...drift, tokens: tokens.length, decodeMs: timings.decodeMs };
}

/** A sparse selector without a mode is Fast: what was asked for, unchecked. Nothing asked is Dense. */
function correctionOf({ correction, sparsity }: GenerationOrder): CorrectionRequest {
  return correction ?? { mode: wantsSparsity(sparsity) ? 'fast' : 'dense' };
}

function delta(id: string, text: string, { tokens, verified, retract }: TokenBatch): GenerateDelta {
  const base = { id, text, tokens: tokens.map((token) => token.id), verified };
  return retract === 0 ? base : { ...base, retract };
}

function report(model: LoadedModel, order: GenerationOrder, task: GenerationTask): GenerateResult {
  const result = task.result ?? neverStarted(order);
  const text = new LineLimit(order.maxLines ?? Infinity).push(result.text);
  const stopReason = text.length < result.text.length ? 'stop-rule' : result.stopReason;
  const generated = result.tokens.length;
  const { prefillMs, firstTokenMs, decodeMs } = result.timings;
  const logProbs = result.tokens.map(({ logProb }) => logProb).filter((value) => Number.isFinite(value));
  return {
    text,
    outcome: outcomeOf(text, stopReason),
    stopReason,
    tokens: { prompt: result.promptTokens, reused: result.reusedTokens, generated },
    timings: {
      loadMs: model.takeLoadMs(),
      prefillMs,
      firstTokenMs,
      decodeMs,
      tokensPerSecond: generated > 1 && decodeMs > 0 ? ((generated - 1) * 1000) / decodeMs : 0,
    },
    sparsity: task.sparsity,
    speculation: result.speculation,
    model: model.info.identity,
    ...(logProbs.length === 0
      ? {}
      : { meanLogProb: logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length }),
    tokenIds: result.tokens.map(({ id }) => id),
  };
}

/** The result of a request that was cancelled while it waited. */
function neverStarted(order: GenerationOrder): GenerationResult {
  return {
    stopReason: 'cancelled',
    text: '',
    tokens: [],
    promptTokens: order.prompt.length,
    reusedTokens: 0,
    timings: { prefillMs: 0, firstTokenMs: 0, decodeMs: 0 },
    speculation: { drafted: 0, accepted: 0, verifies: 0, rollbacks: 0 },
    drift: { probes: 0, kl: null, top1: null },
  };
}

function outcomeOf(text: string, stopReason: StopReason): CompletionOutcome {
  if (stopReason === 'cancelled') return 'cancelled';
  if (text !== '') return 'shown';
  return stopReason === 'context-full' ? 'context-full' : 'empty';
}
