import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { binsFolder, nativeFolder, nodeModules, platformName, treeOf } from '../native/paths.js';
import { runCommand } from '../native/run-command.js';
import { architectures, includeFlags, type Architecture } from './compile.js';
import { codeFor, deviceFlags } from './flags.js';
import { installCuda } from './install.js';
import { cudaWork } from './paths.js';
import type { CudaToolkit } from './toolkit.js';

/** Name of node-llama-cpp's own CUDA library once it serves as the store of stock kernels beside ours. */
const stockLibrary = 'libsparse-pilot-cuda-stock.so';

export interface RelinkOptions {
  readonly toolkit: CudaToolkit;
  readonly architectures?: readonly Architecture[];
  readonly log?: (line: string) => void;
}

const work = path.join(cudaWork, 'relink');

const backendDefinitions = [
  'SPARSE_PILOT_CUDA',
  'GGML_CUDA_USE_GRAPHS',
  'GGML_BACKEND_DL',
  'GGML_BACKEND_BUILD',
  'GGML_BACKEND_SHARED',
  'GGML_SHARED',
].map((name) => `-D${name}`);

/** The packaged CUDA library, which carries every stock kernel for every architecture. */
const packagedCudaLibrary = path.join(
  nodeModules,
  '@node-llama-cpp',
  `${platformName}-cuda`,
  'bins',
  `${platformName}-cuda`,
  'libggml-cuda.so',
);

async function patchedBackendSource(): Promise<string> {
  const target = path.join(work, 'source', 'ggml', 'src', 'ggml-cuda', 'ggml-cuda.cu');
  await rm(path.join(work, 'source'), { recursive: true, force: true });
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(path.join(treeOf('patched').llama, 'ggml', 'src', 'ggml-cuda', 'ggml-cuda.cu'), target);
  await runCommand('git', ['apply', path.join(nativeFolder, 'patches', 'cuda-0001-custom-node.diff')], {
    cwd: path.join(work, 'source'),
    env: { GIT_CEILING_DIRECTORIES: work },
  });
  return target;
}

/**
 * The quick CUDA build: compiles only the backend's dispatch and our kernels, and links them against the library that
 * node-llama-cpp ships, which keeps all stock kernels.
 * It compiles and links everywhere; whether the result is sound has to be seen on a GPU (native/cuda/gpu/check.sh).
 * @returns the folder with the new library and the stock one
 */
export async function relinkCuda({
  toolkit,
  architectures: wanted = architectures,
  log,
}: RelinkOptions): Promise<string> {
  await mkdir(work, { recursive: true });
  const ggmlCuda = path.join(treeOf('patched').llama, 'ggml', 'src', 'ggml-cuda');
  const common = [...deviceFlags, '-Xcompiler', '-fPIC', ...codeFor(wanted)];
  const dispatch = path.join(work, 'ggml-cuda.o');
  log?.('compiling the backend dispatch');
  await runCommand(toolkit.nvcc, [
    ...common,
    ...backendDefinitions,
    ...includeFlags(toolkit),
    // the backend's own headers are found beside its source in the tree
    `-I${path.dirname(ggmlCuda)}`,
    `-I${ggmlCuda}`,
    ...['-c', await patchedBackendSource(), '-o', dispatch],
  ]);
  log?.('compiling our kernels');
  const layer = path.join(work, 'layer.o');
  await runCommand(toolkit.nvcc, [
    ...common,
    ...includeFlags(toolkit),
    ...['-c', path.join(nativeFolder, 'cuda', 'layer.cu'), '-o', layer],
  ]);
  const node = path.join(work, 'node.o');
  await runCommand('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-Wall', '-Wextra', '-Werror', ...includeFlags(toolkit)],
    ...['-c', path.join(nativeFolder, 'cuda', 'ggml_node.cpp'), '-o', node],
  ]);
  log?.('linking');
  const stock = path.join(work, stockLibrary);
  await copyFile(packagedCudaLibrary, stock);
  const linked = path.join(work, 'libggml-cuda.so');
  await runCommand('g++', [
    ...['-shared', '-Wl,--no-as-needed', '-o', linked, dispatch, layer, node],
    ...[`-L${work}`, `-l:${stockLibrary}`, `-L${binsFolder}`, '-l:libggml-base.so'],
    // the driver and cuBLAS are the user's; they are resolved when the backend is loaded
    ...[`-L${toolkit.libraries}`, '-l:libcudart.so.13', '-Wl,--allow-shlib-undefined', '-Wl,-rpath,$ORIGIN'],
  ]);
  return installCuda({ kind: 'relinked', toolkit, architectures: wanted, libraries: [linked, stock] });
}
