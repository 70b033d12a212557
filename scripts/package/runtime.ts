import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { platform, root } from '../setup/paths.js';
import { neededPackages } from './needed.js';

/** What node-llama-cpp needs at run time is a few MB; the rest is source to build from, other platforms' binaries, types. */
const leftOutFolders = [
  'node_modules/node-llama-cpp/llama/addon',
  'node_modules/node-llama-cpp/llama/cmake',
  'node_modules/node-llama-cpp/llama/patches',
  'node_modules/node-llama-cpp/llama/profiles',
  'node_modules/node-llama-cpp/llama/toolchains',
  'node_modules/node-llama-cpp/llama/xpack',
  'node_modules/node-llama-cpp/templates',
];
/** For building llama.cpp, which an installed extension never does. */
const buildPackages = new Set(['cmake-js', 'node-addon-api', 'node-api-headers']);
const leftOutFiles = /\.(d\.[cm]?ts|map|bundle|md|markdown|tsbuildinfo)$/i;

/**
 * Copies the packages that the engine loads at run time into `folder`. They go beside the bundle, in `dist/node_modules`:
 * node finds them there first, and vsce leaves the extension's own `node_modules` out.
 */
export async function copyRuntime(folder: string): Promise<void> {
  for (const name of await runtimePackages()) {
    await cp(path.join(root, name), path.join(folder, path.relative('node_modules', name)), {
      recursive: true,
      filter: (source) => wanted(path.relative(root, source)),
    });
  }
}

function wanted(file: string): boolean {
  const name = file.replaceAll(path.sep, '/');
  if (leftOutFolders.some((folder) => name === folder || name.startsWith(`${folder}/`))) return false;
  return /licen[cs]e/i.test(path.basename(name)) || !leftOutFiles.test(name);
}

const names = v.optional(v.record(v.string(), v.string()));

/** What is read of package-lock.json. */
const lockFile = v.object({
  packages: v.record(
    v.string(),
    v.object({
      dev: v.optional(v.boolean(), false),
      devOptional: v.optional(v.boolean(), false),
      optional: v.optional(v.boolean(), false),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

async function runtimePackages(): Promise<string[]> {
  const lock = v.parse(lockFile, JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')));
  const needed = neededPackages(lock.packages, buildPackages);
  const folders: string[] = [];
  for (const [name, entry] of Object.entries(lock.packages)) {
    if (!needed.has(name.replace('node_modules/', '')) || entry.dev || entry.devOptional) continue;
    // The stock CPU binaries of this platform stay in, as the way out when our own build does not run.
    if (name.startsWith('node_modules/@node-llama-cpp/') && !name.endsWith(`/${platform}`)) continue;
    if (entry.optional && !(await exists(path.join(root, name)))) continue;
    folders.push(name);
  }
  return folders;
}

async function exists(file: string): Promise<boolean> {
  return readFile(path.join(file, 'package.json')).then(
    () => true,
    () => false,
  );
}
