import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { loadNative, SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';
import type { NativeBinding } from '../../src/engine/native/index.js';

const threads = 2;
const contextSize = 512;

let shared: Promise<{ llama: Llama; binding: NativeBinding }> | undefined;

/** Our build; one instance for the whole process. */
export function nativeBuild(): Promise<{ llama: Llama; binding: NativeBinding }> {
  shared ??= loadNative({ maxThreads: threads }).then(({ llama, binding, build }) => {
    if (binding === null) throw new Error(`our native build is not there: ${JSON.stringify(build)}`);
    return { llama, binding };
  });
  return shared;
}

/** A loaded model with a context, our engine attached to it. */
export class Rig {
  private constructor(
    readonly binding: NativeBinding,
    readonly model: LlamaModel,
    readonly context: LlamaContext,
    readonly sparse: SparseContext,
    readonly engine: SparseEngine,
    readonly vocabulary: number,
  ) {}

  static async open(modelPath: string, options: { readonly lora?: string } = {}): Promise<Rig> {
    const { llama, binding } = await nativeBuild();
    const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
    const context = await model.createContext({ contextSize, sequences: 2, threads, ...options });
    const engine = await SparseEngine.open(binding, modelPath, { threads });
    const sparse = await SparseContext.attach(context, engine);
    await sparse.select(0);
    const probe = await withContext(context, (handle) =>
      binding.spEvaluateLogits(handle, 0, 0, Uint32Array.of(1), 1),
    );
    return new Rig(binding, model, context, sparse, engine, probe.length);
  }

  tokens(text: string): Uint32Array {
    return Uint32Array.from(this.model.tokenize(text));
  }

  /** Logits of all tokens, evaluated `step` at a time in an empty sequence. */
  logits(tokens: Uint32Array, step: number): Promise<Float32Array> {
    return withContext(this.context, (handle) => {
      this.binding.spTruncateSequence(handle, 0, 0);
      return this.binding.spEvaluateLogits(handle, 0, 0, tokens, step);
    });
  }

  /** Mean KL(p || q), nats. */
  divergence(p: Float32Array, q: Float32Array): number {
    const { kl } = this.binding.spCompareLogits(p, q, this.vocabulary);
    return kl.reduce((sum, value) => sum + value, 0) / kl.length;
  }

  async close(): Promise<void> {
    await this.sparse.dispose();
    await this.context.dispose();
    await this.model.dispose();
  }
}

export const sampleCode = `export function clamp(value: number, low: number, high: number): number {
  if (value < low) return low;
  if (value > high) return high;
  return value;
}

export function lerp(a: number, b: number, t: number): number {
  return a + (b - a) * clamp(t, 0, 1);
}
`;
