import { inputSelectorIds, type SelectorId } from '../../contract/index.js';
import type { EngineHandle, EngineInfo, NativeBinding } from './binding.js';

export interface OpenSparseEngineOptions {
  /** Threads that build the layouts. */
  readonly threads: number;
  /** Keep the gate's rows in our layout too: a faster gate, and needed by fixed masks. Default true. */
  readonly ownGate?: boolean;
  /** 0..1. */
  readonly onProgress?: (done: number) => void;
  /** Hears, 0..1, of the building of layouts that selectors of a linear's input need, at their first use. */
  readonly onColumns?: (done: number) => void;
  /** Why these are not to be built now, such as for want of memory; null when they may be. */
  readonly refuseColumns?: () => string | null;
  readonly signal?: AbortSignal;
}

const inputSelectors: ReadonlySet<SelectorId> = new Set(inputSelectorIds);

/** Whether a selector skips input channels of linears: those need layouts of their own, built at first use. */
export function skipsInputs(selector: SelectorId): boolean {
  return inputSelectors.has(selector);
}

/** The sparse layouts of one model file; shared by every context of that model. Memory is freed with the last reference. */
export class SparseEngine {
  #info: EngineInfo;
  #columns: Building | undefined;

  private constructor(
    readonly binding: NativeBinding,
    readonly handle: EngineHandle,
    private readonly modelPath: string,
    private readonly options: Pick<OpenSparseEngineOptions, 'threads' | 'onColumns' | 'refuseColumns'>,
  ) {
    this.#info = binding.spEngineInfo(handle);
  }

  get info(): EngineInfo {
    return this.#info;
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
      return new SparseEngine(binding, await done, modelPath, options);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /**
   * Makes sure that the layouts a selector needs are there. Those of selectors of a linear's input are about as large as the
   * model without its embeddings and down projections, and are built once, when one is first asked for. An abort ends the wait
   * alone: whoever asks next finds more of them built.
   * @throws Error with the reason (memory, the file is gone); the next call tries again.
   */
  async prepare(selector: SelectorId, signal?: AbortSignal): Promise<void> {
    if (!skipsInputs(selector)) return;
    signal?.throwIfAborted();
    const refused = this.#columns === undefined ? this.options.refuseColumns?.() : null;
    if (typeof refused === 'string') throw new Error(refused);
    this.#columns ??= this.#buildColumns();
    const { done } = this.#columns;
    await (signal === undefined ? done : Promise.race([done, aborted(signal)]));
  }

  /** Ends the building of layouts: nobody will use them. */
  stopBuilding(): void {
    this.#columns?.cancel();
  }

  #buildColumns(): Building {
    const { done, cancel } = this.binding.spBuildColumns(
      this.handle,
      this.modelPath,
      this.options.threads,
      (share) => this.options.onColumns?.(share),
    );
    const built = done.then(
      () => {
        this.#info = this.binding.spEngineInfo(this.handle);
      },
      (error: unknown) => {
        this.#columns = undefined;
        throw error;
      },
    );
    // whoever asked may have left
    built.catch(() => undefined);
    return { done: built, cancel };
  }
}

interface Building {
  readonly done: Promise<void>;
  readonly cancel: () => void;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
  });
}
