import type { NativeGeneration } from './binding.js';
import type { Generation, RunOutcome, TokenBatch } from './native-loop.js';
import { generationResult } from './result.js';

export interface LoopGenerationParts {
  readonly native: NativeGeneration;
  /** Keeps the context alive until the returned function is called. */
  readonly hold: () => () => void;
  readonly promptTokens: number;
  readonly density: number;
  readonly onPrefill: (done: number, total: number) => void;
  /** Told once, when the generation will not run again: the tokens whose dense cells are in the cache, and how many are exact. */
  readonly onClosed: (cached: readonly number[], exactCells: number) => void;
}

type Phase = 'idle' | 'running' | 'closed';

/** A generation on the native loop; see {@link Generation}. */
export class LoopGeneration implements Generation {
  readonly #parts: LoopGenerationParts;
  #phase: Phase = 'idle';
  #disposed = false;

  constructor(parts: LoopGenerationParts) {
    this.#parts = parts;
  }

  async run(onTokens: (batch: TokenBatch) => void): Promise<RunOutcome> {
    if (this.#phase !== 'idle') throw new Error(`the generation is ${this.#phase}`);
    this.#phase = 'running';
    const release = this.#parts.hold();
    try {
      const outcome = await this.#parts.native.run(onTokens, this.#parts.onPrefill);
      if (outcome === 'paused' && !this.#disposed) {
        this.#phase = 'idle';
        return { kind: 'paused' };
      }
      if (outcome === 'paused') await this.#parts.native.close();
      return { kind: 'finished', result: this.#finish() };
    } catch (error) {
      if (this.#phase === 'running') this.#finish();
      throw error;
    } finally {
      release();
    }
  }

  #finish(): ReturnType<typeof generationResult> {
    this.#phase = 'closed';
    const native = this.#parts.native.result();
    this.#parts.onClosed(native.cached, native.exactCells);
    return generationResult(native, this.#parts.promptTokens, this.#parts.density);
  }

  pause(): void {
    if (this.#phase === 'running') this.#parts.native.pause();
  }

  end(reason: 'cancelled' | 'stop-rule'): void {
    if (this.#phase !== 'closed') this.#parts.native.end(reason);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#phase === 'running') this.#parts.native.end('cancelled');
    if (this.#phase !== 'idle') return;
    // cells beyond the dense ones go when the sequence's next generation starts
    this.#finish();
  }
}
