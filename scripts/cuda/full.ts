import path from 'node:path';
import { nativeFolder, treeOf } from '../native/paths.js';
import { runCommand } from '../native/run-command.js';
import { architectures, type Architecture } from './compile.js';
import { installCuda } from './install.js';
import { cudaWork } from './paths.js';
import type { CudaToolkit } from './toolkit.js';

export interface FullBuildOptions {
  readonly toolkit: CudaToolkit;
  /** Default: all that a release is built for. */
  readonly architectures?: readonly Architecture[];
  readonly log?: (line: string) => void;
}

const fullBuildFolder = path.join(cudaWork, 'full');

/**
 * Builds ggml's whole CUDA backend from source with our hook and kernels (native/cuda/build.sh): about 40 minutes of processor
 * time for each architecture. An interrupted build goes on where it stopped.
 * @returns the folder with the result
 */
export async function buildFullCuda(options: FullBuildOptions): Promise<string> {
  const { toolkit, architectures: wanted = architectures, log } = options;
  const script = path.join(nativeFolder, 'cuda', 'build.sh');
  await runCommand(script, [treeOf('patched').llama, fullBuildFolder], {
    env: { ARCHS: wanted.join(';'), NVCC: toolkit.nvcc },
    ...(log === undefined ? {} : { onLine: log }),
  });
  const libraries = [path.join(fullBuildFolder, 'bin', 'libggml-cuda.so')];
  return installCuda({ kind: 'full', toolkit, architectures: wanted, libraries });
}
