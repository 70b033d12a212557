import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { binsFolder, nodeModules, platformName } from '../native/paths.js';
import { runCommand } from '../native/run-command.js';
import { architectures, type Architecture } from './compile.js';
import { installCuda } from './install.js';
import { compileDispatch, compileLayer, compileNode } from './objects.js';
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

/** The packaged CUDA library, which carries every stock kernel for every architecture. */
const packagedCudaLibrary = path.join(
  nodeModules,
  '@node-llama-cpp',
  `${platformName}-cuda`,
  'bins',
  `${platformName}-cuda`,
  'libggml-cuda.so',
);

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
  const options = { toolkit, architectures: wanted, folder: work };
  log?.('compiling the backend dispatch');
  const dispatch = await compileDispatch(options);
  log?.('compiling our kernels');
  const layer = await compileLayer(options);
  const node = await compileNode(options);
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
