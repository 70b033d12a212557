import type { NativeGeneration } from './binding.js';
import type { LoopContext } from './context.js';
import { LoopGeneration } from './generation.js';
import type { Generation, GenerationOptions, NativeSequence } from './native-loop.js';
import { cachePlan } from './cache-plan.js';
import { nativeOptions, nativeSampling } from './options.js';

/** One sequence of the native loop: knows which tokens its cells stand for, and starts generations on them. */
export class LoopSequence implements NativeSequence {
  readonly id: number;
  readonly #context: LoopContext;
  #tokens: readonly number[] = [];
  #exact = 0;
  #open: LoopGeneration | null = null;

  constructor(context: LoopContext, id: number) {
    this.#context = context;
    this.id = id;
  }

  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get capacity(): number {
    return this.#context.capacity;
  }

  truncate(position: number): void {
    if (this.#open !== null) throw new Error('a generation of this sequence is unfinished');
    // the cells themselves go when the next generation starts: only then is it certain that nothing decodes
    this.#tokens = this.#tokens.slice(0, Math.max(0, position));
  }

  start(prompt: readonly number[], options: GenerationOptions = {}): Generation {
    if (this.#open !== null) throw new Error('a generation of this sequence is unfinished');
    if (prompt.length === 0 || prompt.length > this.capacity) {
      throw new RangeError(`a prompt has 1 to ${String(this.capacity)} tokens, not ${String(prompt.length)}`);
    }
    const cells = { tokens: this.#tokens, exact: this.#exact };
    const { cached, exact, moved } = cachePlan(cells, prompt, options.contextShift !== undefined);
    const native: NativeGeneration = new this.#context.binding.SpGeneration(
      this.#context.handle,
      this.#context.costTable,
      {
        sequence: this.id,
        prompt: Uint32Array.from(prompt),
        cached,
        exact,
        moved,
        stopTokens: Uint32Array.from(options.stopTokens ?? []),
        sources: (options.draftSources ?? []).map((source) => Uint32Array.from(source)),
        sampling: nativeSampling(options.sampling),
        options: nativeOptions(options),
        sparsityKey: this.#context.sparsityKey,
        products: options.products ?? 'batch',
      },
    );
    this.#open = new LoopGeneration({
      native,
      hold: () => this.#context.hold(),
      promptTokens: prompt.length,
      density: options.density ?? 1,
      onPrefill: options.onPrefill ?? (() => undefined),
      onClosed: (tokens, exactCells) => {
        this.#tokens = tokens;
        this.#exact = exactCells;
        this.#open = null;
      },
    });
    return this.#open;
  }
}
