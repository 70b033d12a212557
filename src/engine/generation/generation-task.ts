import type { SparsityReport, SparsityRequest } from '../../contract/index.js';
import type {
  Generation,
  GenerationOptions,
  GenerationResult,
  NativeSequence,
  TokenBatch,
} from '../correction/native-loop.js';
import { denseReport, denseRequest, type SparsityControl } from '../host/sparsity-control.js';
import { commonPrefixLength } from './common-prefix.js';
import type { Priority, Task } from './scheduler.js';

export interface GenerationTaskOptions {
  readonly priority: Priority;
  readonly sequence: NativeSequence;
  readonly sparsityControl: SparsityControl;
  readonly prompt: readonly number[];
  readonly generation: GenerationOptions;
  readonly sparsity: SparsityRequest | undefined;
  /** May end the generation through {@link GenerationTask.end}. */
  readonly onTokens: (batch: TokenBatch) => void;
}

/** One generation as the scheduler runs it: made at its first step, the sparse engine set before each. */
export class GenerationTask implements Task {
  readonly priority: Priority;
  readonly #options: GenerationTaskOptions;
  #sparsity: SparsityReport = denseReport;
  #started = false;
  #generation: Generation | null = null;
  #result: GenerationResult | null = null;
  #off: string | null = null;
  #ended: 'cancelled' | 'stop-rule' | null = null;
  readonly #left = new AbortController();

  constructor(options: GenerationTaskOptions) {
    this.#options = options;
    this.priority = options.priority;
  }

  /** Once started, it has to run to its end, which frees its sequence. */
  get started(): boolean {
    return this.#started;
  }

  /** Null until done, and for good when it was cancelled before its first step. */
  get result(): GenerationResult | null {
    return this.#result;
  }

  /** As of the end of the last step. */
  get sparsity(): SparsityReport {
    return this.#off === null ? this.#sparsity : { ...denseReport, off: this.#off };
  }

  async step(): Promise<'paused' | 'done'> {
    const { sequence, sparsityControl } = this.#options;
    if (!this.#started && this.#ended === 'cancelled') return 'done';
    this.#started = true;
    const generation = this.#generation ?? (await this.#start());
    await sparsityControl.select(sequence.id);
    if (this.#ended !== null) generation.end(this.#ended);
    try {
      const outcome = await generation.run(this.#options.onTokens);
      this.#sparsity = await sparsityControl.report(sequence.id);
      if (outcome.kind === 'paused') return 'paused';
      this.#result = outcome.result;
    } catch (error) {
      generation.dispose();
      throw error;
    }
    generation.dispose();
    return 'done';
  }

  async #start(): Promise<Generation> {
    const { sequence, prompt, generation, sparsityControl, sparsity } = this.#options;
    this.#off = await sparsityControl.begin(sequence.id, sparsity ?? denseRequest, {
      kept: commonPrefixLength(sequence.tokens, prompt),
      signal: this.#left.signal,
    });
    await sparsityControl.select(sequence.id);
    this.#generation = sequence.start(prompt, generation);
    return this.#generation;
  }

  pause(): void {
    this.#generation?.pause();
  }

  /** Ends it within one decode step; before its first step it never starts. */
  end(reason: 'cancelled' | 'stop-rule'): void {
    this.#ended ??= reason;
    this.#left.abort();
    this.#generation?.end(reason);
  }
}
