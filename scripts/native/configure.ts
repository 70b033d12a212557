import path from 'node:path';
import { thisMachinesCpuOptions } from './cpu-features.js';
import { nativeFolder, nodeModules, platformName, type Tree } from './paths.js';
import { runCommand } from './run-command.js';
import { findOnPath } from './tools.js';

/** `development` compiles for this machine's CPU; `release` compiles every CPU variant and picks at load time. */
export type Flavour = 'development' | 'release';

/** CMake options that decide what the binaries do: they are part of the key that says whether a build is current. */
export function buildOptions(flavour: Flavour): string[] {
  return [
    '-DCMAKE_BUILD_TYPE=Release',
    '-DGGML_OPENMP=ON',
    '-DGGML_BACKEND_DL=ON',
    '-DGGML_NATIVE=OFF',
    '-DGGML_METAL=OFF',
    '-DGGML_BUILD_NUMBER=1',
    '-DLLAMA_CURL=OFF',
    '-DLLAMA_OPENSSL=OFF',
    '-DLLAMA_BUILD_BORINGSSL=OFF',
    // without it, ending a worker during generation aborts the process (uncaught Napi::Error)
    '-DCMAKE_CXX_FLAGS=-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    ...(flavour === 'release' ? ['-DGGML_CPU_ALL_VARIANTS=ON'] : thisMachinesCpuOptions()),
  ];
}

/** Environment that lets a second tree of the same sources, here or in another checkout, take its objects through ccache. */
export const ccacheEnvironment = (root: string): Record<string, string> => ({
  CCACHE_BASEDIR: root,
  CCACHE_NOHASHDIR: '1',
});

/** Configures `tree` into `build`. CMake itself skips what did not change. */
export async function configure(tree: Tree, build: string, options: readonly string[]): Promise<void> {
  const ccache = findOnPath('ccache') !== undefined;
  await runCommand(
    'cmake',
    [
      '-S',
      tree.source,
      '-B',
      build,
      '-G',
      'Ninja',
      `-DCMAKE_JS_INC=${path.join(nodeModules, 'node-api-headers', 'include')}`,
      `-DNLC_CURRENT_PLATFORM=${platformName}`,
      `-DNLC_TARGET_PLATFORM=${platformName}`,
      '-DNLC_VARIANT=v0.5.0',
      `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${path.join(build, 'out')}`,
      '-DGGML_CCACHE=OFF',
      `-DCMAKE_C_COMPILER_LAUNCHER=${ccache ? 'ccache' : ''}`,
      `-DCMAKE_CXX_COMPILER_LAUNCHER=${ccache ? 'ccache' : ''}`,
      `-DSP_NATIVE=${nativeFolder}`,
      `-DSP_TREE=${tree.name}`,
      ...options,
    ],
    { env: { NODE_PATH: nodeModules } },
  );
}
