/** The native context object of node-llama-cpp's binding (`LlamaContext._ctx`). Opaque: only passed back to native functions. */
export type ContextHandle = object;

/** Our functions on the exports of llama-addon.node. Thin: see `NativeContext` for the guarded form. */
export interface NativeBinding {
  /**
   * Evaluates `tokens` at `position` of `sequence`, `step` at a time (1: token by token), and returns the logits of all of
   * them: `tokens.length` rows of one vocabulary each. Rejects when decoding fails; throws on a disposed context.
   */
  spEvaluateLogits(
    context: ContextHandle,
    sequence: number,
    position: number,
    tokens: Uint32Array,
    step: number,
  ): Promise<Float32Array>;
  /** Greedy decoding of `count` tokens, one at a time, beginning with `token` at `position`; for measurements. */
  spDecodeGreedy(
    context: ContextHandle,
    sequence: number,
    position: number,
    token: number,
    count: number,
  ): Promise<GreedyDecode>;
  /** Drops the cells of `sequence` from `position` on. False when the cache cannot (recurrent models). */
  spTruncateSequence(context: ContextHandle, sequence: number, position: number): boolean;
  /** Compares two equally long arrays of logits rows. */
  spCompareLogits(p: Float32Array, q: Float32Array, vocabulary: number): LogitsComparison;
}

export interface GreedyDecode {
  readonly tokens: Uint32Array;
  readonly milliseconds: number;
}

/** One element a row. */
export interface LogitsComparison {
  /** KL(p || q), nats. */
  readonly kl: Float64Array;
  /** 1 where both rows have the same most likely token. */
  readonly sameTop: Uint8Array;
}

const functionNames = [
  'spEvaluateLogits',
  'spDecodeGreedy',
  'spTruncateSequence',
  'spCompareLogits',
] as const satisfies readonly (keyof NativeBinding)[];

/** Names of our functions that `exports` lacks. */
export function missingFunctions(exports: object): string[] {
  return functionNames.filter((name) => typeof Reflect.get(exports, name) !== 'function');
}

export function isNativeBinding(exports: object): exports is NativeBinding {
  return missingFunctions(exports).length === 0;
}
