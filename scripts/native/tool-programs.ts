import path from 'node:path';
import { compile } from './compile.js';
import { buildOptions, configure } from './configure.js';
import { withLock } from './lock.js';
import { treeOf, workFolder, type Tree } from './paths.js';
import { printProgress, type ProgressListener } from './progress.js';
import { prepareSource } from './source.js';
import { requireTools } from './tools.js';

export interface ProgramOptions {
  readonly progress?: ProgressListener;
  readonly jobs?: number;
}

/** Builds `targets` of a tree in one of its build folders and returns the folder of the programs. */
async function buildPrograms(
  tree: Tree,
  folder: string,
  extra: readonly string[],
  targets: readonly string[],
  { progress = printProgress, jobs }: ProgramOptions,
): Promise<string> {
  const build = path.join(workFolder, tree.name, folder);
  return withLock(
    path.join(workFolder, 'build.lock'),
    (pid) =>
      progress({ stage: 'source', done: 0, total: 1, text: `waiting for the build of process ${pid}` }),
    async () => {
      requireTools();
      await prepareSource(tree, progress);
      progress({ stage: 'configure', done: 0, total: 1, text: `${tree.name}: ${targets.join(', ')}` });
      await configure(tree, build, [...buildOptions('development'), ...extra]);
      await compile(build, targets, progress, jobs);
      return path.join(build, 'bin');
    },
  );
}

/**
 * Builds programs of native/tools (`sp-dump-logits`, ...) with the ggml backends they load, in the patched or in the
 * unpatched tree. With ccache the second tree takes nearly all objects of the first. The build folder is the addon's own.
 * @returns the folder of the programs
 */
export function buildTools(
  tree: Tree['name'],
  programs: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  return buildPrograms(treeOf(tree), 'build-development', [], [...programs, 'ggml-cpu'], options);
}

/** Builds llama.cpp's own programs from the unpatched source: the peer that benchmarks run against. */
export function buildPeer(
  programs: readonly string[] = ['llama-server', 'llama-bench', 'llama-quantize'],
  options: ProgramOptions = {},
): Promise<string> {
  const extra = [
    '-DLLAMA_BUILD_TOOLS=ON',
    '-DLLAMA_BUILD_SERVER=ON',
    '-DLLAMA_BUILD_UI=OFF',
    '-DLLAMA_USE_PREBUILT_UI=OFF',
    '-DLLAMA_BUILD_TESTS=OFF',
    '-DLLAMA_BUILD_EXAMPLES=OFF',
  ];
  return buildPrograms(treeOf('upstream'), 'build-peer', extra, [...programs, 'ggml-cpu'], options);
}
