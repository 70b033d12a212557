import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compile } from './compile.js';
import { buildOptions, configure, type Flavour } from './configure.js';
import { filesBelow, hashInputs } from './hash.js';
import { install } from './install.js';
import { withLock } from './lock.js';
import { binsFolder, nativeFolder, packagedLlama, repositoryRoot, treeOf, workFolder } from './paths.js';
import { printProgress, type ProgressListener } from './progress.js';
import { prepareSource } from './source.js';
import { requireTools } from './tools.js';

/** Names in `sparse-pilot-build.json`; the engine checks the functions themselves as well. */
const features = ['sparse-ffn', 'logits', 'kl', 'speculative-loop'];

const sourceFolders = [
  'patches',
  'cmake',
  'addon',
  'context',
  'sparse',
  'loop',
  path.join('cuda', 'include'),
];

export interface BuildNativeOptions {
  readonly progress?: ProgressListener;
  /** Default `development`: for this machine's CPU only. */
  readonly flavour?: Flavour;
  /** Parallel compilers. Default: one a core. */
  readonly jobs?: number;
  /** Build although nothing changed. Default false. */
  readonly force?: boolean;
}

async function inputsKey(flavour: Flavour): Promise<string> {
  const own = await Promise.all(sourceFolders.map((name) => filesBelow(path.join(nativeFolder, name))));
  const packaged = path.join(packagedLlama, '..', 'package.json');
  return hashInputs(
    repositoryRoot,
    [packaged, ...own.flat()],
    [process.platform, process.arch, ...buildOptions(flavour)],
  );
}

async function installedKey(): Promise<string | undefined> {
  const text = await readFile(path.join(binsFolder, 'sparse-pilot-build.json'), 'utf8').catch(() => '{}');
  const record: unknown = JSON.parse(text);
  if (typeof record !== 'object' || record === null || !('inputs' in record)) return undefined;
  return typeof record.inputs === 'string' ? record.inputs : undefined;
}

/**
 * Builds llama.cpp with our hooks, the sparse engine and the extended addon into native/bins/<platform>.
 * Skipped when a hash of everything that goes in is the one of the installed build; an interrupted build resumes.
 * @returns the folder of the binaries
 * @throws MissingTools, CommandFailed
 */
export async function buildNative(options: BuildNativeOptions = {}): Promise<string> {
  const { progress = printProgress, flavour = 'development', jobs, force = false } = options;
  return withLock(
    path.join(workFolder, 'build.lock'),
    (pid) =>
      progress({ stage: 'source', done: 0, total: 1, text: `waiting for the build of process ${pid}` }),
    async () => {
      const inputs = await inputsKey(flavour);
      if (!force && (await installedKey()) === inputs) {
        progress({ stage: 'up-to-date', done: 1, total: 1, text: binsFolder });
        return binsFolder;
      }
      requireTools();
      const tree = treeOf('patched');
      const build = path.join(workFolder, tree.name, `build-${flavour}`);
      await prepareSource(tree, progress);
      progress({ stage: 'configure', done: 0, total: 1, text: flavour });
      await configure(tree, build, buildOptions(flavour));
      await compile(build, [], progress, jobs);
      progress({ stage: 'install', done: 0, total: 1, text: binsFolder });
      await install(build, binsFolder, { flavour, features, inputs });
      return binsFolder;
    },
  );
}
