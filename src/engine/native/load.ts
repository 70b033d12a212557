import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { getLlama, Llama, LlamaLogLevel } from 'node-llama-cpp';
import type { NativeBuild } from '../../contract/index.js';
import { isNativeBinding, missingFunctions, type NativeBinding } from './binding.js';
import { findBins, platformName } from './bins.js';
import { createLlama, requireFresh } from './internals.js';

export interface LoadNativeOptions {
  /** At most as many as there are free cores: more makes every barrier of a decode wait. */
  readonly maxThreads: number;
  /** `stock` loads node-llama-cpp's prebuilt binaries even where ours are there. Default `own`. */
  readonly prefer?: 'own' | 'stock';
  /** Default: native/bins/<platform>. */
  readonly binsFolder?: string;
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
 * How long libgomp's threads spin at a barrier before they sleep; read when the library is loaded. By default it is about a
 * millisecond, which on a busy machine is time the late thread needs: a decode step took 1,000 ms instead of 40 at load 12.
 */
function limitSpinning(): void {
  process.env['GOMP_SPINCOUNT'] ??= '1000';
}

async function readObject(file: string): Promise<object> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${file} is not an object`);
  return value;
}

/** A library that was cut short would end the process with a signal when it is opened: the sizes tell. */
async function requireWhole(folder: string, record: object): Promise<void> {
  const files: unknown = Reflect.get(record, 'files');
  if (typeof files !== 'object' || files === null) throw new Error('sparse-pilot-build.json lists no files');
  for (const [name, size] of Object.entries(files)) {
    const found = await stat(path.join(folder, name));
    if (found.size !== size) throw new Error(`${name} has ${found.size} bytes instead of ${String(size)}`);
  }
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
    throw new NativeBuildUnusable(`the native build lacks ${missingFunctions(exports).join(', ')}: build it again`);
  }
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
