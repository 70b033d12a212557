import { LlamaLogLevel } from 'node-llama-cpp';
import { selectorIds } from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { StockSequence } from '../generation/stock/stock-sequence.js';
import { loadNative, NativeBuildUnusable, type LoadedNative } from '../native/index.js';
import { unavailable, type Backend } from './backend.js';
import { denseControl } from './sparsity-control.js';

export interface BackendOptions {
  readonly maxThreads: number;
  /** `stock`: node-llama-cpp's prebuilt binaries even where ours are there. */
  readonly prefer: 'own' | 'stock';
  readonly log: (level: LlamaLogLevel, message: string) => void;
}

/**
 * Loads the native build of this process: ours, or the stock one with the reason.
 * @throws EngineError `native-missing` when ours is loaded but unusable: only another process can load the stock one
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const native = await load(options);
  const off =
    native.binding === null ? `The stock native build is loaded (${native.build.reason}): dense only.` : null;
  return {
    llama: native.llama,
    build: native.build,
    openSequence: (context, index) => new StockSequence(context.getSequence(), index),
    openSparsity: () => {
      const reason = off ?? 'The sparse engine is not connected.';
      return Promise.resolve(denseControl(unavailable(selectorIds, reason), reason));
    },
  };
}

async function load(options: BackendOptions): Promise<LoadedNative> {
  try {
    return await loadNative({
      maxThreads: options.maxThreads,
      prefer: options.prefer,
      logLevel: LlamaLogLevel.info,
      logger: options.log,
    });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (error instanceof NativeBuildUnusable)
      throw new EngineError('native-missing', words, 'Build it again: npm run build:native.');
    throw new EngineError(
      'native-missing',
      `No native build can be loaded: ${words}`,
      'Run "sparse-pilot doctor".',
    );
  }
}
