import type { EngineHandle, EngineInfo, NativeBinding } from './binding.js';

export interface OpenSparseEngineOptions {
  /** Threads that build the layouts. */
  readonly threads: number;
  /** Keep the gate's rows in our layout too: a faster gate, and needed by fixed masks. Default true. */
  readonly ownGate?: boolean;
  /** 0..1. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** The sparse layouts of one model file; shared by every context of that model. Memory is freed with the last reference. */
export class SparseEngine {
  readonly info: EngineInfo;

  private constructor(
    readonly binding: NativeBinding,
    readonly handle: EngineHandle,
  ) {
    this.info = binding.spEngineInfo(handle);
  }

  /**
   * Builds the layouts from the GGUF file that the model was loaded from.
   * @throws Error with the reason: unreadable or damaged file, no layer that can be sparse, `cancelled`.
   */
  static async open(
    binding: NativeBinding,
    modelPath: string,
    options: OpenSparseEngineOptions,
  ): Promise<SparseEngine> {
    const { threads, ownGate = true, onProgress = () => undefined, signal } = options;
    signal?.throwIfAborted();
    const { done, cancel } = binding.spOpenEngine(modelPath, threads, ownGate, onProgress);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return new SparseEngine(binding, await done);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }
}
