import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Platform name as the Marketplace spells it, e.g. `linux-x64`, `darwin-arm64`. */
export const platformName = `${process.platform}-${process.arch}`;

export const nativeFolder = path.join(repositoryRoot, 'native');

/** Scratch space of the native build: sources, object files. Safe to delete. */
export const workFolder = path.join(nativeFolder, '.work');

/** Where the finished build of this platform lands. */
export const binsFolder = path.join(nativeFolder, 'bins', platformName);

export const nodeModules = path.join(repositoryRoot, 'node_modules');

/** The llama.cpp source, patch and addon that the node-llama-cpp package carries. */
export const packagedLlama = path.join(nodeModules, 'node-llama-cpp', 'llama');

/** A source tree with its object files: `patched` is ours, `upstream` has only node-llama-cpp's own patch. */
export interface Tree {
  readonly name: 'patched' | 'upstream';
  readonly source: string;
  readonly llama: string;
}

export function treeOf(name: Tree['name']): Tree {
  const source = path.join(workFolder, name, 'src');
  return { name, source, llama: path.join(source, 'llama.cpp') };
}
