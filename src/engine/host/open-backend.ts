import { LlamaLogLevel } from 'node-llama-cpp';
import { selectorIds, type GpuStatus } from '../../contract/index.js';
import { LoopContext } from '../correction/context.js';
import { EngineError } from '../engine-error.js';
import { statusOf } from '../gpu/support.js';
import type { GpuPlan } from '../gpu/plan.js';
import { StockSequence } from '../generation/stock/stock-sequence.js';
import { loadNative, NativeBuildUnusable, type LoadedNative } from '../native/index.js';
import { unavailable, type Backend } from './backend.js';
import { openNativeSparsity } from './native-sparsity.js';
import { denseControl } from './sparsity-control.js';

export interface BackendOptions {
  readonly maxThreads: number;
  /** `stock`: node-llama-cpp's prebuilt binaries even where ours are there. */
  readonly prefer: 'own' | 'stock';
  /** What is done about a GPU. */
  readonly gpu: GpuPlan;
  readonly log: (level: LlamaLogLevel, message: string) => void;
}

/**
 * Loads the native build of this process: ours, or the stock one with the reason.
 * @throws EngineError `native-missing` when ours is loaded but unusable: only another process can load the stock one
 */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const native = await load(options);
  const gpu = statusOf(options.gpu, native.build.gpu);
  return native.binding === null ? stockBackend(native, gpu) : ownBackend(native, gpu);
}

function ownBackend(
  { llama, build, binding }: Exclude<LoadedNative, { readonly binding: null }>,
  gpu: GpuStatus,
): Backend {
  return {
    llama,
    build,
    gpu,
    openContext: async (context, modelPath, options) => {
      const loop = new LoopContext(context, binding);
      return {
        sequences: { completion: loop.sequence(0), chat: loop.sequence(1) },
        ...(await openNativeSparsity(binding, context, loop, modelPath, options)),
      };
    },
  };
}

function stockBackend(
  { llama, build }: Extract<LoadedNative, { readonly binding: null }>,
  gpu: GpuStatus,
): Backend {
  const reason = `The stock native build is loaded (${build.reason}): dense only.`;
  return {
    llama,
    build,
    gpu,
    openContext: (context) =>
      Promise.resolve({
        sequences: {
          completion: new StockSequence(context.getSequence(), 0),
          chat: new StockSequence(context.getSequence(), 1),
        },
        sparsity: denseControl(unavailable(selectorIds, reason), reason),
        sparseEngine: null,
      }),
  };
}

async function load(options: BackendOptions): Promise<LoadedNative> {
  try {
    return await loadNative({
      maxThreads: options.maxThreads,
      prefer: options.prefer,
      ...(options.gpu.kind === 'load' ? { cudaFolder: options.gpu.folder } : {}),
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
