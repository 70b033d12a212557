import type { Llama, LlamaContext } from 'node-llama-cpp';
import type { GpuStatus, NativeBuild, SelectorAvailability, SequenceName } from '../../contract/index.js';
import type { NativeSequence } from '../correction/native-loop.js';
import type { SparseEngine } from '../native/index.js';
import type { SparsityControl } from './sparsity-control.js';

/** The native build of this process. Chosen once, at the first load of a model; it never changes afterwards. */
export interface Backend {
  readonly llama: Llama;
  readonly build: NativeBuild;
  readonly gpu: GpuStatus;
  /**
   * Puts the generation loop and the sparse engine on a context. node-llama-cpp's own evaluation must not be used on it afterwards.
   * @param modelPath the GGUF file whose layouts are built
   */
  openContext(context: LlamaContext, modelPath: string, options: SparsityOptions): Promise<OpenContext>;
}

export interface OpenContext {
  readonly sequences: Readonly<Record<SequenceName, NativeSequence>>;
  readonly sparsity: SparsityControl;
  /** The layouts that a measuring context shares; null where everything runs dense. */
  readonly sparseEngine: SparseEngine | null;
}

export interface SparsityOptions {
  /** False: no extra memory for layouts, so everything stays dense. */
  readonly layouts: boolean;
  readonly threads: number;
  /** Bytes of the weights that layouts copy: those of feed-forward blocks, and all linears'. */
  readonly linears: { readonly feedForward: number; readonly all: number };
  readonly modelSha256: string;
  readonly onProgress: (done: number) => void;
  /** Hears, 0..1, of layouts that are built at the first use of a selector of linears' inputs. */
  readonly onColumns: (done: number) => void;
  readonly signal: AbortSignal;
}

/** All selectors off for one reason. */
export function unavailable(
  selectors: readonly SelectorAvailability['selector'][],
  reason: string,
): readonly SelectorAvailability[] {
  return selectors.map((selector) =>
    selector === 'none' ? { selector, available: true } : { selector, available: false, reason },
  );
}
