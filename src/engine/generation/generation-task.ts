import type { SparsityReport, SparsityRequest } from '../../contract/index.js';
import type {
  Generation,
  GenerationOptions,
  GenerationResult,
  NativeSequence,
  TokenBatch,
} from '../correction/native-loop.js';
import {
  denseRequest,
  sparsityReport,
  type SparsityControl,
  type SparsityMeasurement,
} from '../host/sparsity-control.js';
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
  readonly #measurements: SparsityMeasurement[] = [];
  #generation: Generation | null = null;
  #result: GenerationResult | null = null;
  #off: string | null = null;
  #ended: 'cancelled' | 'stop-rule' | null = null;

  constructor(options: GenerationTaskOptions) {
    this.#options = options;
    this.priority = options.priority;
  }

  /** Null until done, and for good when it was cancelled before its first step. */
  get result(): GenerationResult | null {
    return this.#result;
  }

  get sparsity(): SparsityReport {
    return sparsityReport(this.#options.sparsity ?? denseRequest, this.#measurements, this.#off);
  }

  async step(): Promise<'paused' | 'done'> {
    if (this.#generation === null && this.#ended === 'cancelled') return 'done';
    const { sequence, prompt, generation: options, sparsityControl, sparsity } = this.#options;
    this.#off = sparsityControl.configure(sparsity ?? denseRequest);
    this.#generation ??= sequence.start(prompt, options);
    if (this.#ended !== null) this.#generation.end(this.#ended);
    try {
      const outcome = await this.#generation.run(this.#options.onTokens);
      if (outcome.kind === 'paused') return 'paused';
      this.#result = outcome.result;
    } catch (error) {
      this.#generation.dispose();
      throw error;
    } finally {
      this.#measurements.push(sparsityControl.take());
    }
    this.#generation.dispose();
    return 'done';
  }

  pause(): void {
    this.#generation?.pause();
  }

  /** Ends it within one decode step; before its first step it never starts. */
  end(reason: 'cancelled' | 'stop-rule'): void {
    this.#ended ??= reason;
    this.#generation?.end(reason);
  }
}
