import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Llama, type LlamaContext, type LlamaLogLevel } from 'node-llama-cpp';
import type { ContextHandle } from './binding.js';

/**
 * The one place that reaches what node-llama-cpp 3.22.1 has at run time but not in its types. The package is pinned to that
 * version; every access is checked, so that another version fails here with a name and not somewhere with `undefined`.
 */
const require = createRequire(import.meta.url);

export interface CreateLlamaOptions {
  readonly bindings: object;
  readonly bindingPath: string;
  readonly buildMetadata: object;
  readonly logLevel: LlamaLogLevel;
  readonly logger: (level: LlamaLogLevel, message: string) => void;
  readonly maxThreads: number;
}

interface LlamaFactory {
  _create(options: object): Promise<Llama>;
}

const mebibyte = 1024 ** 2;

/** Hands a loaded binding to node-llama-cpp. Memory paddings are the package's own defaults. */
export function createLlama(options: CreateLlamaOptions): Promise<Llama> {
  if (typeof Reflect.get(Llama, '_create') !== 'function') {
    throw new Error('this node-llama-cpp has no Llama._create: version 3.22.1 is needed');
  }
  const factory = Llama as unknown as LlamaFactory;
  return factory._create({
    ...options,
    buildType: 'localBuild',
    vramPadding: (total: number) => Math.floor(Math.min(total * 0.08, 1638.4 * mebibyte)),
    ramPadding: (total: number) => Math.floor(Math.min(total * 0.25, 1024 * mebibyte)),
    debug: false,
    numa: false,
    tempDir: false,
  });
}

/** Registers the ggml backends that lie in `folders`, in order; one that cannot be opened is left out silently, as ggml does. */
export function loadBackends(bindings: object, folders: readonly string[]): void {
  const load: unknown = Reflect.get(bindings, 'loadBackends');
  if (typeof load !== 'function')
    throw new Error('this node-llama-cpp has no loadBackends: version 3.22.1 is needed');
  for (const folder of folders) Reflect.apply(load, bindings, [folder]);
}

/** The package loads a fresh exports object for each instance; so do we. */
export function requireFresh(file: string): object {
  delete require.cache[file];
  const loaded: unknown = require(file);
  delete require.cache[file];
  if (typeof loaded !== 'object' || loaded === null) throw new Error(`${file} exports nothing`);
  return loaded;
}

function internal(owner: object, name: string): object {
  const value: unknown = Reflect.get(owner, name);
  if (typeof value !== 'object' || value === null) {
    throw new Error(`node-llama-cpp's ${owner.constructor.name} has no ${name}: version 3.22.1 is needed`);
  }
  return value;
}

export const contextHandle = (context: LlamaContext): ContextHandle => internal(context, '_ctx');

/** Keeps the context's native memory alive until the returned function is called; dispose waits for it. */
export function preventDisposal(context: LlamaContext): () => void {
  const guard = internal(context, '_backendContextDisposeGuard');
  const create: unknown = Reflect.get(guard, 'createPreventDisposalHandle');
  if (typeof create !== 'function')
    throw new Error('node-llama-cpp has no disposal guard: version 3.22.1 is needed');
  const handle: unknown = Reflect.apply(create, guard, []);
  return () => {
    if (typeof handle !== 'object' || handle === null) return;
    const dispose: unknown = Reflect.get(handle, 'dispose');
    if (typeof dispose === 'function') Reflect.apply(dispose, handle, []);
  };
}

type WithLock = <T>(scope: readonly unknown[], work: () => Promise<T>) => Promise<T>;

let lock: Promise<WithLock> | undefined;

async function loadLock(): Promise<WithLock> {
  // the keys of these locks live in a module-level map: it has to be the very copy that node-llama-cpp uses
  const inPackage = createRequire(require.resolve('node-llama-cpp'));
  const loaded: unknown = await import(pathToFileURL(inPackage.resolve('lifecycle-utils')).href);
  const withLock: unknown =
    typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'withLock') : null;
  if (typeof withLock !== 'function') throw new Error('lifecycle-utils has no withLock');
  return (scope, work) => Reflect.apply(withLock, undefined, [scope, work]);
}

/** Runs `work` while node-llama-cpp decodes nothing on this context and cannot free it. */
export async function withContext<T>(
  context: LlamaContext,
  work: (handle: ContextHandle) => Promise<T>,
): Promise<T> {
  lock ??= loadLock();
  const withLock = await lock;
  return withLock([context, 'context'], async () => {
    const release = preventDisposal(context);
    try {
      return await work(contextHandle(context));
    } finally {
      release();
    }
  });
}
