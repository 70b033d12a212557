import path from 'node:path';
import { getLlama, Llama, LlamaLogLevel } from 'node-llama-cpp';
import type { NativeBuild } from '../../contract/index.js';
import { isNativeBinding, missingFunctions, type NativeBinding } from './binding.js';
import { findBins, platformName } from './bins.js';
import { createLlama, loadBackends, requireFresh } from './internals.js';
import { readObject, requireWhole } from './whole-files.js';

export interface LoadNativeOptions {
  /** At most as many as there are free cores: more makes every barrier of a decode wait. */
  readonly maxThreads: number;
  /** `stock` loads node-llama-cpp's prebuilt binaries even where ours are there. Default `own`. */
  readonly prefer?: 'own' | 'stock';
  /** Default: native/bins/<platform>. */
  readonly binsFolder?: string;
  /** Folder of a CUDA part for our build, complete and fit for this machine's driver. Default: none, no GPU is looked for. */
  readonly cudaFolder?: string;
  readonly logLevel?: LlamaLogLevel;
  readonly logger?: (level: LlamaLogLevel, message: string) => void;
}

/** `binding` is there exactly when the build is ours. */
export type LoadedNative =
  | { readonly llama: Llama; readonly build: NativeBuild & { kind: 'own' }; readonly binding: NativeBinding }
  | { readonly llama: Llama; readonly build: NativeBuild & { kind: 'stock' }; readonly binding: null };

/** Our build was loaded into this process but cannot be used; the stock one cannot be loaded beside it any more. */
export class NativeBuildUnusable extends Error {
  override readonly name = 'NativeBuildUnusable';
}

/**
 * How long libgomp's threads spin at a barrier before they sleep (4000 rounds: about 40 us); read when the library is loaded. By
 * default it is milliseconds, which on a busy machine is time the late thread needs: a decode step took 1,000 ms instead of 40 at
 * load 12. Without the policy it is 100 rounds, whatever is asked for, as soon as two of libuv's threads have decoded: libgomp
 * counts the team of each against the cores. A fifth of a sparse step then went into putting threads to sleep and waking them.
 */
function limitSpinning(): void {
  process.env['GOMP_SPINCOUNT'] ??= '4000';
  process.env['OMP_WAIT_POLICY'] ??= 'active';
}

function gpuOf(llama: Llama): string | null {
  return llama.gpu === false ? null : llama.gpu;
}

async function loadStock(options: LoadNativeOptions, reason: string): Promise<LoadedNative> {
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.maxThreads,
    logLevel: options.logLevel ?? LlamaLogLevel.warn,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  return { llama, build: { kind: 'stock', reason, gpu: gpuOf(llama) }, binding: null };
}

/**
 * Loads llama.cpp into this process: our build where there is one, otherwise the stock one with the reason. Never both: they
 * share library names. When ours cannot be opened at all (nothing of it stays loaded) the stock one is tried.
 * @throws NativeBuildUnusable when our build is loaded but lacks functions (built from other sources): rebuild, or restart
 * the process with `prefer: 'stock'`.
 */
export async function loadNative(options: LoadNativeOptions): Promise<LoadedNative> {
  if (options.prefer === 'stock') return loadStock(options, 'asked for the stock build');
  const folder = options.binsFolder ?? findBins();
  if (folder === undefined) return loadStock(options, `no sparse-pilot build for ${platformName}`);

  const bindingPath = path.join(folder, 'llama-addon.node');
  limitSpinning();
  let exports: object;
  let buildMetadata: object;
  let record: object;
  try {
    buildMetadata = await readObject(path.join(folder, '_nlcBuildMetadata.json'));
    record = await readObject(path.join(folder, 'sparse-pilot-build.json'));
    await requireWhole(folder, record);
    exports = requireFresh(bindingPath);
  } catch (error) {
    return loadStock(options, `the build in ${folder} cannot be opened: ${String(error)}`);
  }
  if (!isNativeBinding(exports)) {
    throw new NativeBuildUnusable(
      `the native build lacks ${missingFunctions(exports).join(', ')}: build it again`,
    );
  }
  // node-llama-cpp looks beside the addon only, and not at all once a GPU is there: the processor's backend comes along
  if (options.cudaFolder !== undefined) loadBackends(exports, [options.cudaFolder, folder]);
  const llama = await createLlama({
    bindings: exports,
    bindingPath,
    buildMetadata,
    logLevel: options.logLevel ?? LlamaLogLevel.warn,
    logger: options.logger ?? Llama.defaultConsoleLogger,
    maxThreads: options.maxThreads,
  });
  const version: unknown = Reflect.get(record, 'version');
  const build = {
    kind: 'own',
    version: typeof version === 'string' ? version : 'unknown',
    simd: exports.spSimdName(),
    gpu: gpuOf(llama),
  } as const;
  return { llama, build, binding: exports };
}
