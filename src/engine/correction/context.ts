import type { LlamaContext } from 'node-llama-cpp';
import { contextHandle, preventDisposal } from '../native/internals.js';
import type { ContextHandle } from '../native/binding.js';
import type { CostSnapshot, LoopBinding, NativeCostTable } from './binding.js';
import type { NativeSequence } from './native-loop.js';
import { LoopSequence } from './sequence.js';

/**
 * The native loop on one context of node-llama-cpp. Sequences opened here are the loop's: node-llama-cpp's own evaluation must not
 * be used on them. Close every generation before the context is disposed; a running call holds its disposal back.
 */
export class LoopContext {
  readonly #context: LlamaContext;
  readonly #binding: LoopBinding;
  readonly #costs: NativeCostTable;
  #sparsityKey = '';

  constructor(context: LlamaContext, binding: LoopBinding) {
    this.#context = context;
    this.#binding = binding;
    this.#costs = new binding.SpCostTable();
  }

  get binding(): LoopBinding {
    return this.#binding;
  }

  get costTable(): NativeCostTable {
    return this.#costs;
  }

  get handle(): ContextHandle {
    return contextHandle(this.#context);
  }

  /** Tokens one sequence can hold. */
  get capacity(): number {
    return this.#context.contextSize;
  }

  /** Keeps the context alive until the returned function is called. */
  hold(): () => void {
    return preventDisposal(this.#context);
  }

  /** Name of the sparse configuration in use; set it when that changes, so that its steps are timed on their own. */
  get sparsityKey(): string {
    return this.#sparsityKey;
  }

  set sparsityKey(key: string) {
    this.#sparsityKey = key;
  }

  /** Measured costs of passes so far. Not while a generation runs. */
  costs(): CostSnapshot {
    return this.#costs.snapshot();
  }

  /** @param id a sequence of the context, below its number of sequences; open each once */
  sequence(id: number): NativeSequence {
    return new LoopSequence(this, id);
  }
}
