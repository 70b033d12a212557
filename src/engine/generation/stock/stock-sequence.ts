import type { LlamaContextSequence } from 'node-llama-cpp';
import type { Generation, GenerationOptions, NativeSequence } from '../../correction/native-loop.js';
import { commonPrefixLength } from '../common-prefix.js';
import { StockGeneration } from './stock-generation.js';

/**
 * A sequence on node-llama-cpp's own evaluation, for machines where our native loop is missing: dense, no drafts, a round trip a
 * token. Same contract as the native one.
 */
export class StockSequence implements NativeSequence {
  readonly id: number;
  readonly capacity: number;
  readonly #sequence: LlamaContextSequence;
  #kept = Infinity;
  #active: StockGeneration | null = null;

  constructor(sequence: LlamaContextSequence, id: number) {
    this.#sequence = sequence;
    this.id = id;
    this.capacity = sequence.contextSize - 1;
  }

  get tokens(): readonly number[] {
    return this.#sequence.contextTokens.slice(0, this.#kept);
  }

  start(prompt: readonly number[], options: GenerationOptions = {}): Generation {
    if (prompt.length === 0 || prompt.length > this.capacity)
      throw new RangeError(`a prompt of ${prompt.length} tokens does not fit ${this.capacity} positions`);
    if (this.#active !== null && !this.#active.finished)
      throw new Error('another generation of this sequence is unfinished');
    const reused = commonPrefixLength(prompt.slice(0, -1), this.tokens);
    this.#kept = Infinity;
    const generation = new StockGeneration(this.#sequence, prompt, reused, options);
    this.#active = generation;
    return generation;
  }

  truncate(position: number): void {
    this.#kept = Math.min(this.#kept, position);
  }
}
