import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { SelectorId, SparsityRequest } from '../../contract/index.js';
import {
  skipsInputs,
  SparseContext,
  withContext,
  type LogitsComparison,
  type NativeBinding,
  type CalibrationExtra,
  type Pass,
  type SparseCounters,
  type SparseEngine,
} from '../native/index.js';

/** The two sequences of a measuring context: the one under test, and one that stays dense for reference. */
export const tested = 0;
export const reference = 1;
type Sequence = typeof tested | typeof reference;

export interface MeasuringOptions {
  readonly model: LlamaModel;
  readonly engine: SparseEngine;
  readonly threads: number;
  /** 64 hex digits. */
  readonly modelSha256: string;
  /** Positions each of the two sequences can hold. */
  readonly length: number;
  /** A sparsity profile to work with, or null. */
  readonly profile: string | null;
}

/** What is timed: upstream's own decoding, Dense (the same bits by our kernels), or sparse decoding. */
export type Decoding = 'stock' | 'dense' | 'sparse';

/** What measuring does with a context. */
export type Measuring = Pick<
  MeasuringContext,
  | 'vocabulary'
  | 'chunk'
  | 'extraMemoryBytes'
  | 'begin'
  | 'logits'
  | 'decode'
  | 'truncate'
  | 'compare'
  | 'counters'
  | 'clear'
>;

/** What calibrating does with one, besides. */
export type CalibratingContext = Measuring &
  Pick<MeasuringContext, 'layers' | 'sparseLayers' | 'beginCalibration' | 'writeProfile' | 'useProfile'>;

/** Logits of one chunk take at most this many bytes. */
const chunkBytes = 32 << 20;

/** A small context of its own on the loaded weights, so that measuring leaves the KV cache of completion and chat alone. */
export class MeasuringContext {
  private constructor(
    private readonly binding: NativeBinding,
    private readonly context: LlamaContext,
    private readonly sparse: SparseContext,
    readonly vocabulary: number,
    private readonly modelSha256: string,
  ) {}

  static async open({
    model,
    engine,
    threads,
    length,
    modelSha256,
    profile,
  }: MeasuringOptions): Promise<MeasuringContext> {
    const context = await model.createContext({
      sequences: 2,
      contextSize: length,
      batchSize: Math.min(128, length),
      swaFullCache: true,
      threads,
    });
    try {
      const sparse = await SparseContext.attach(context, engine);
      const one = await withContext(context, (handle) =>
        engine.binding.spEvaluateLogits(handle, reference, 0, Uint32Array.of(0), 1),
      );
      const opened = new MeasuringContext(engine.binding, context, sparse, one.length, modelSha256);
      await opened.clear(reference);
      if (profile !== null) await opened.useProfile(profile);
      return opened;
    } catch (error) {
      await context.dispose();
      throw error;
    }
  }

  /** Sets what sparse passes of the tested sequence do, and forgets its cells, masks and statistics. */
  async begin(request: SparsityRequest): Promise<void> {
    await this.clear(tested);
    await this.sparse.configure(tested, request);
    await this.sparse.clearCounters(tested);
  }

  /** Evaluates tokens and returns their logits: `tokens.length` rows of one vocabulary each. Sparse passes are one token each. */
  async logits(
    sequence: Sequence,
    position: number,
    tokens: readonly number[],
    pass: Pass,
  ): Promise<Float32Array> {
    const ids = Uint32Array.from(tokens);
    await this.#select(sequence, pass);
    const step = pass === 'sparse' ? 1 : Math.min(ids.length, 128);
    return await withContext(this.context, (handle) =>
      this.binding.spEvaluateLogits(handle, sequence, position, ids, step),
    );
  }

  /** Decodes greedily on the tested sequence and drops the cells again. @returns milliseconds a token */
  async decode(position: number, token: number, count: number, how: Decoding): Promise<number> {
    await this.#select(tested, how === 'sparse' ? 'sparse' : 'plain');
    const products = how === 'stock' ? 'upstream' : 'batch';
    const { milliseconds } = await withContext(this.context, (handle) =>
      this.binding.spDecodeGreedy(handle, tested, position, token, count, products),
    );
    await this.truncate(tested, position);
    return milliseconds / count;
  }

  async truncate(sequence: Sequence, position: number): Promise<void> {
    await withContext(this.context, (handle) => {
      if (!this.binding.spTruncateSequence(handle, sequence, position))
        throw new Error('the cache of this model cannot drop cells');
      return Promise.resolve();
    });
  }

  compare(dense: Float32Array, sparse: Float32Array): LogitsComparison {
    return this.binding.spCompareLogits(dense, sparse, this.vocabulary);
  }

  counters(): Promise<SparseCounters> {
    return this.sparse.counters(tested);
  }

  /** Bytes of the layouts that a selector uses; those of linears by input channel look at the others. */
  extraMemoryBytes(selector: SelectorId): number {
    const { extraBytes, columnBytes } = this.sparse.engine.info;
    return skipsInputs(selector) ? extraBytes : extraBytes - columnBytes;
  }

  /** Tokens to evaluate at once where only the passes matter, not their logits. */
  get chunk(): number {
    return Math.min(Math.max(Math.floor(chunkBytes / (4 * this.vocabulary)), 8), 128);
  }

  get layers(): number {
    return this.sparse.engine.info.layers;
  }

  /** Layers that can be sparse. */
  get sparseLayers(): readonly number[] {
    return this.sparse.engine.info.denseReasons.flatMap((reason, layer) => (reason === null ? [layer] : []));
  }

  /** From now on the dense passes of the tested sequence are learnt from. */
  async beginCalibration(): Promise<void> {
    await this.clear(tested);
    await this.sparse.select(tested);
    await withContext(this.context, (handle) => {
      this.binding.spCalibrationBegin(handle, tested);
      return Promise.resolve();
    });
  }

  /** Writes what was learnt, with what was measured by it. */
  async writeProfile(path: string, measured: CalibrationExtra): Promise<void> {
    await withContext(this.context, (handle) => {
      this.binding.spCalibrationWrite(handle, tested, path, this.modelSha256, measured);
      return Promise.resolve();
    });
  }

  /** @throws Error with the reason when the file is refused */
  async useProfile(path: string): Promise<void> {
    await this.sparse.setProfile(tested, this.binding.spOpenProfile(path, this.modelSha256));
  }

  async clear(sequence: Sequence): Promise<void> {
    await this.truncate(sequence, 0);
    await this.sparse.reset(sequence);
  }

  async dispose(): Promise<void> {
    await this.sparse.dispose();
    await this.context.dispose();
  }

  async #select(sequence: Sequence, pass: Pass): Promise<void> {
    await this.sparse.select(sequence);
    await this.sparse.setPass(pass);
  }
}
