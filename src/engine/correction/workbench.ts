import type { Llama, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import type { SparsityRequest } from '../../contract/index.js';
import { loadNative, SparseContext, SparseEngine, type NativeBinding } from '../native/index.js';
import { LoopContext } from './context.js';

export interface WorkbenchOptions {
  readonly modelPath: string;
  readonly threads: number;
  /** Positions of a sequence. Default 4096. */
  readonly contextSize?: number;
  /** Default 1. */
  readonly sequences?: number;
  /** Build the sparse layouts. Default false: dense and n-gram drafts only. */
  readonly sparse?: boolean;
}

/** A model, a context and the native loop without the engine process around them: for measurements and tests. */
export class Workbench {
  private constructor(
    readonly llama: Llama,
    readonly model: LlamaModel,
    readonly context: LlamaContext,
    readonly binding: NativeBinding,
    readonly loop: LoopContext,
    readonly sparse: SparseContext | null,
  ) {}

  /** @throws Error without our native build, or when the model cannot be loaded or made sparse */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const { modelPath, threads, contextSize = 4096 } = options;
    const native = await loadNative({ maxThreads: threads });
    if (native.binding === null)
      throw new Error(`the correction loop needs our native build: ${native.build.reason}`);
    const { llama, binding } = native;
    const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
    const context = await model.createContext({
      contextSize,
      sequences: options.sequences ?? 1,
      threads,
      batchSize: 512,
      swaFullCache: true,
    });
    const engine = options.sparse === true ? await SparseEngine.open(binding, modelPath, { threads }) : null;
    const sparse = engine === null ? null : await SparseContext.attach(context, engine);
    return new Workbench(llama, model, context, binding, new LoopContext(context, binding), sparse);
  }

  /** Sets what sparse passes skip from now on; null: nothing. @throws Error with the reason when the engine refuses */
  async configure(request: SparsityRequest | null, sequence = 0): Promise<void> {
    if (this.sparse === null) return;
    const asked: SparsityRequest = request ?? { selector: 'none', density: 1 };
    await this.sparse.configure(sequence, asked);
    this.loop.sparsityKey = `${asked.selector} ${String(asked.density)}`;
  }

  /** Text as in a file: never special tokens. */
  tokenize(text: string): number[] {
    const tokens: readonly Token[] = this.model.tokenize(text);
    return [...this.#start(), ...tokens];
  }

  #start(): number[] {
    const { bos } = this.model.tokens;
    return this.model.tokens.shouldPrependBosToken && bos !== null ? [bos] : [];
  }

  async dispose(): Promise<void> {
    await this.sparse?.dispose();
    await this.context.dispose();
    await this.model.dispose();
    await this.llama.dispose();
  }
}
