import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { nativeFolder, treeOf } from '../native/paths.js';
import { runCommand } from '../native/run-command.js';
import { includeFlags, type Architecture } from './compile.js';
import { codeFor, deviceFlags } from './flags.js';
import type { CudaToolkit } from './toolkit.js';

/** What the object files of our part of the backend are made with. */
export interface PartOptions {
  readonly toolkit: CudaToolkit;
  readonly architectures: readonly Architecture[];
  /** Where sources and objects land. */
  readonly folder: string;
  /** Flags for the dispatch alone, after all others. Default: none. */
  readonly dispatchFlags?: readonly string[];
}

/** What ggml's own CMake target is compiled with in a release build, as far as the dispatch asks for it. */
const backendDefinitions = [
  'NDEBUG',
  'SPARSE_PILOT_CUDA',
  'GGML_CUDA_USE_GRAPHS',
  'GGML_BACKEND_DL',
  'GGML_BACKEND_BUILD',
  'GGML_BACKEND_SHARED',
  'GGML_SHARED',
].map((name) => `-D${name}`);

/** The backend's dispatch as packaged, with our hook: its path under `folder`. */
async function patchedDispatch(folder: string): Promise<string> {
  const source = path.join(folder, 'source');
  const file = path.join('ggml', 'src', 'ggml-cuda', 'ggml-cuda.cu');
  await rm(source, { recursive: true, force: true });
  await mkdir(path.dirname(path.join(source, file)), { recursive: true });
  await copyFile(path.join(treeOf('patched').llama, file), path.join(source, file));
  await runCommand('git', ['apply', path.join(nativeFolder, 'patches', 'cuda-0001-custom-node.diff')], {
    cwd: source,
    env: { GIT_CEILING_DIRECTORIES: folder },
  });
  return path.join(source, file);
}

/**
 * Compiles the backend's dispatch with our hook. It wants symbols of ggml's other CUDA sources, and of ours.
 * @returns the object file
 * @throws CommandFailed with the compiler's words, or git's where the hook does not apply
 */
export async function compileDispatch(options: PartOptions): Promise<string> {
  const { toolkit, architectures, folder, dispatchFlags = [] } = options;
  const ggmlCuda = path.join(treeOf('patched').llama, 'ggml', 'src', 'ggml-cuda');
  const object = path.join(folder, 'ggml-cuda.o');
  await runCommand(toolkit.nvcc, [
    ...[...deviceFlags, '-Xcompiler', '-fPIC', ...codeFor(architectures)],
    ...backendDefinitions,
    ...includeFlags(toolkit),
    // the backend's own headers are found beside its source in the tree
    `-I${path.dirname(ggmlCuda)}`,
    `-I${ggmlCuda}`,
    ...dispatchFlags,
    ...['-c', await patchedDispatch(folder), '-o', object],
  ]);
  return object;
}

/** Compiles our kernels and their C API. Returns the object file. */
export async function compileLayer({ toolkit, architectures, folder }: PartOptions): Promise<string> {
  const object = path.join(folder, 'layer.o');
  await runCommand(toolkit.nvcc, [
    ...[...deviceFlags, '-Xcompiler', '-fPIC', ...codeFor(architectures)],
    ...includeFlags(toolkit),
    ...['-c', path.join(nativeFolder, 'cuda', 'layer.cu'), '-o', object],
  ]);
  return object;
}

/** Compiles what ties the dispatch to our C API; warnings are errors. Returns the object file. */
export async function compileNode({ toolkit, folder }: PartOptions): Promise<string> {
  const object = path.join(folder, 'node.o');
  await runCommand('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-Wall', '-Wextra', '-Werror', ...includeFlags(toolkit)],
    ...['-c', path.join(nativeFolder, 'cuda', 'ggml_node.cpp'), '-o', object],
  ]);
  return object;
}
