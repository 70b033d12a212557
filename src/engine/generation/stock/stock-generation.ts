import {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  type LlamaContextSequence,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp';
import type { StopReason } from '../../../contract/index.js';
import type {
  EmittedToken,
  Generation,
  GenerationOptions,
  GenerationResult,
  RunOutcome,
  TokenBatch,
} from '../../correction/native-loop.js';
import { StopMatcher } from '../stop-strings.js';
import { toTokens } from '../token-ids.js';
import { TextStream } from './text-stream.js';

const defaultMaxTokens = 128;
const defaultChunk = 256;
const noLoop = 'The native generation loop is missing: every mode runs dense.';

/** One dense generation on node-llama-cpp's `evaluate`. */
export class StockGeneration implements Generation {
  readonly #sequence: LlamaContextSequence;
  readonly #prompt: readonly Token[];
  readonly #reused: number;
  readonly #options: GenerationOptions;
  readonly #texts: TextStream;
  readonly #stops: StopMatcher;
  readonly #grammar: LlamaGrammarEvaluationState | null;
  readonly #tokens: EmittedToken[] = [];
  #evaluated: number;
  #last: Token | null = null;
  #text = '';
  #prefillMs = 0;
  #firstTokenMs = 0;
  #decodeMs = 0;
  #firstTokenAt = 0;
  #pauseAsked = false;
  #stopReason: StopReason | null = null;
  #finished = false;

  constructor(
    sequence: LlamaContextSequence,
    prompt: readonly number[],
    reused: number,
    options: GenerationOptions,
  ) {
    this.#sequence = sequence;
    this.#prompt = toTokens(prompt);
    this.#reused = reused;
    this.#evaluated = reused;
    this.#options = options;
    this.#grammar = grammarState(sequence, options.sampling?.grammar);
    this.#texts = new TextStream(sequence.model, this.#prompt);
    this.#stops = new StopMatcher(options.stop?.stopStrings ?? []);
    if ((options.stop?.maxTokens ?? defaultMaxTokens) <= 0) this.#stopReason = 'max-tokens';
  }

  /** It will not run again. One that is ended while its prompt is read has not evaluated all of it, and is over all the same. */
  get finished(): boolean {
    return this.#finished;
  }

  async run(onTokens: (batch: TokenBatch) => void): Promise<RunOutcome> {
    this.#pauseAsked = false;
    const prefillStart = performance.now();
    const prefilled = await this.#prefill();
    const spent = performance.now() - prefillStart;
    if (this.#tokens.length === 0) this.#prefillMs += spent;
    if (!prefilled) return { kind: 'paused' };
    const decodeStart = performance.now();
    const ended = await this.#decode(onTokens, decodeStart);
    if (this.#tokens.length > 0)
      this.#decodeMs += performance.now() - Math.max(decodeStart, this.#firstTokenAt);
    this.#finished = ended;
    return ended ? { kind: 'finished', result: this.#result() } : { kind: 'paused' };
  }

  pause(): void {
    this.#pauseAsked = true;
  }

  end(reason: 'cancelled' | 'stop-rule'): void {
    this.#stopReason ??= reason;
  }

  dispose(): void {
    this.end('cancelled');
    this.#finished = true;
  }

  /** @returns false when paused before the prompt's end; the last prompt token is left for the first decode step */
  async #prefill(): Promise<boolean> {
    const end = this.#prompt.length - 1;
    const cached = this.#sequence.nextTokenIndex;
    if (this.#tokens.length === 0 && cached > this.#evaluated)
      await this.#sequence.eraseContextTokenRanges([{ start: this.#evaluated, end: cached }]);
    const prefillOnly = this.#stopReason === 'max-tokens';
    while (this.#evaluated < end) {
      if (this.#stopReason !== null && !prefillOnly) return true;
      if (this.#pauseAsked) return false;
      const next = Math.min(end, this.#evaluated + (this.#options.prefillChunk ?? defaultChunk));
      await this.#sequence.evaluateWithoutGeneratingNewTokens(this.#prompt.slice(this.#evaluated, next));
      this.#evaluated = next;
      this.#options.onPrefill?.(next, end);
    }
    return true;
  }

  /** @returns false when paused */
  async #decode(onTokens: (batch: TokenBatch) => void, startedAt: number): Promise<boolean> {
    if (this.#stopReason !== null) return true;
    const first = this.#last ?? this.#prompt.at(-1);
    if (first === undefined) return true;
    const steps = this.#sequence.evaluateWithMetadata([first], { confidence: true }, this.#sampling());
    for (;;) {
      if (this.#sequence.nextTokenIndex >= this.#sequence.contextSize - 1)
        this.#stopReason ??= 'context-full';
      const step = this.#stopReason === null && !this.#pauseAsked ? await steps.next() : null;
      if (step === null || step.done === true) {
        await steps.return();
        if (step?.done === true) this.#stopReason ??= 'eos';
        if (this.#stopReason === null) return false;
        this.#flush(onTokens);
        return true;
      }
      this.#last = step.value.token;
      if (this.#tokens.length === 0) {
        this.#firstTokenAt = performance.now();
        this.#firstTokenMs = this.#prefillMs + this.#firstTokenAt - startedAt;
      }
      this.#accept(onTokens, step.value.token, step.value.confidence);
    }
  }

  #flush(onTokens: (batch: TokenBatch) => void): void {
    if (this.#stopReason !== 'stop-string') this.#deliver(onTokens, this.#texts.flush(), []);
  }

  #accept(onTokens: (batch: TokenBatch) => void, token: Token, confidence: number): void {
    if (this.#options.stopTokens?.includes(token) === true) {
      this.#stopReason ??= 'eos';
      return;
    }
    const emitted = { id: token, logProb: Math.log(confidence), entropy: Number.NaN };
    this.#tokens.push(emitted);
    this.#deliver(onTokens, this.#texts.push(token), [emitted]);
    const { maxTokens = defaultMaxTokens, timeBudgetMs } = this.#options.stop ?? {};
    if (this.#tokens.length >= maxTokens) this.#stopReason ??= 'max-tokens';
    if (timeBudgetMs !== undefined && performance.now() - this.#firstTokenAt > timeBudgetMs)
      this.#stopReason ??= 'time';
  }

  #deliver(onTokens: (batch: TokenBatch) => void, text: string, tokens: readonly EmittedToken[]): void {
    const released = this.#stops.push(text);
    if (released.stopped) this.#stopReason ??= 'stop-string';
    const tail =
      this.#stopReason !== null && !released.stopped && tokens.length === 0 ? this.#stops.flush() : '';
    const out = released.text + tail;
    this.#text += out;
    if (out !== '' || tokens.length > 0) onTokens({ text: out, tokens, verified: true, retract: 0 });
  }

  #sampling(): SequenceEvaluateOptions {
    const { temperature = 0, topK, topP, minP, seed, repeatPenalty } = this.#options.sampling ?? {};
    return {
      temperature,
      yieldEogToken: false,
      ...(this.#grammar === null ? {} : { grammarEvaluationState: this.#grammar }),
      ...(topK === undefined ? {} : { topK }),
      ...(topP === undefined ? {} : { topP }),
      ...(minP === undefined ? {} : { minP }),
      ...(seed === undefined ? {} : { seed: seed + this.#tokens.length }),
      ...(repeatPenalty === undefined
        ? {}
        : {
            repeatPenalty: {
              punishTokens: () => toTokens(this.#tokens.slice(-64).map(({ id }) => id)),
              penalty: repeatPenalty,
            },
          }),
    };
  }

  #result(): GenerationResult {
    const mode = this.#options.correction?.mode;
    return {
      stopReason: this.#stopReason ?? 'eos',
      text: this.#text,
      tokens: this.#tokens,
      promptTokens: this.#prompt.length,
      reusedTokens: this.#reused,
      timings: {
        prefillMs: this.#prefillMs,
        firstTokenMs: this.#firstTokenMs,
        decodeMs: this.#decodeMs,
      },
      speculation: {
        drafted: 0,
        accepted: 0,
        verifies: 0,
        rollbacks: 0,
        ...(mode === undefined || mode === 'dense' ? {} : { off: noLoop }),
      },
      drift: { probes: 0, kl: null, top1: null },
    };
  }
}

function grammarState(
  { model }: LlamaContextSequence,
  grammar: string | undefined,
): LlamaGrammarEvaluationState | null {
  if (grammar === undefined) return null;
  return new LlamaGrammarEvaluationState({ model, grammar: new LlamaGrammar(model.llama, { grammar }) });
}
