import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { filesBelow, hashInputs } from './hash.js';
import { nativeFolder, packagedLlama, repositoryRoot, type Tree } from './paths.js';
import type { ProgressListener } from './progress.js';
import { runCommand } from './run-command.js';

const git = (tree: Tree, ...args: string[]): Promise<string[]> =>
  runCommand('git', ['-C', tree.llama, '-c', 'user.name=build', '-c', 'user.email=build@localhost', ...args]);

/** Our patches of llama.cpp, in order; none for the upstream tree. */
async function patchesOf(tree: Tree): Promise<string[]> {
  if (tree.name === 'upstream') return [];
  return (await filesBelow(path.join(nativeFolder, 'patches'))).filter((file) =>
    /^\d{4}-/.test(path.basename(file)),
  );
}

/** Our patches of node-llama-cpp's addon; none for the upstream tree. */
async function addonPatchesOf(tree: Tree): Promise<string[]> {
  if (tree.name === 'upstream') return [];
  return (await filesBelow(path.join(nativeFolder, 'patches'))).filter((file) =>
    path.basename(file).startsWith('addon-'),
  );
}

async function clone(tree: Tree): Promise<void> {
  await rm(tree.source, { recursive: true, force: true });
  await mkdir(tree.source, { recursive: true });
  await runCommand('git', [
    '-c',
    'advice.detachedHead=false',
    'clone',
    '-q',
    path.join(packagedLlama, 'gitRelease.bundle'),
    tree.llama,
  ]);
  for (const patch of await filesBelow(path.join(packagedLlama, 'patches'))) {
    await git(tree, 'apply', '--ignore-whitespace', patch);
  }
  await git(tree, 'commit', '-q', '-a', '-m', 'packaged');
  await git(tree, 'tag', 'packaged');
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

/**
 * Brings the sources of `tree` to llama.cpp as node-llama-cpp ships it, plus our patches and the addon.
 * Nothing is touched when package and patches are as they were; a changed patch touches only the files it changes.
 */
export async function prepareSource(tree: Tree, progress: ProgressListener): Promise<void> {
  const patches = await patchesOf(tree);
  const addonPatches = await addonPatchesOf(tree);
  const packageKey = await hashInputs(packagedLlama, [path.join(packagedLlama, 'gitRelease.bundle')], []);
  const overlay = path.join(nativeFolder, 'cmake', 'tree.cmake');
  const key = await hashInputs(repositoryRoot, [...patches, ...addonPatches, overlay], [packageKey]);
  const packageStamp = path.join(path.dirname(tree.source), 'package.stamp');
  const stamp = path.join(path.dirname(tree.source), 'source.stamp');
  if ((await read(stamp)) === key) return;
  await rm(stamp, { force: true });

  if ((await read(packageStamp)) !== packageKey) {
    progress({ stage: 'source', done: 0, total: 2, text: `unpacking llama.cpp (${tree.name})` });
    await rm(packageStamp, { force: true });
    await clone(tree);
    await writeFile(packageStamp, packageKey);
  }
  progress({ stage: 'source', done: 1, total: 2, text: `${patches.length + addonPatches.length} patches` });
  await git(tree, 'checkout', '-q', '-f', 'packaged');
  await git(tree, 'clean', '-q', '-f', '-d');
  for (const patch of patches) await git(tree, 'apply', '--whitespace=nowarn', patch);

  await cp(path.join(packagedLlama, 'addon'), path.join(tree.source, 'addon'), { recursive: true });
  await cp(path.join(packagedLlama, 'cmake'), path.join(tree.source, 'cmake'), { recursive: true });
  const stockCMake = await readFile(path.join(packagedLlama, 'CMakeLists.txt'), 'utf8');
  await writeFile(path.join(tree.source, 'CMakeLists.txt'), `${stockCMake}\ninclude("${overlay}")\n`);
  for (const patch of addonPatches) {
    // the tree lies inside another repository: without the ceiling, git would look for the files there
    await runCommand('git', ['apply', '--whitespace=nowarn', patch], {
      cwd: tree.source,
      env: { GIT_CEILING_DIRECTORIES: path.dirname(tree.source) },
    });
  }
  await writeFile(stamp, key);
}
