import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.js';

/**
 * A hash of files and folders (relative to the root; absent ones count as absent) and of loose text.
 * Build leftovers and installed packages inside a folder are left out.
 */
export async function fingerprint(paths: readonly string[], text: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of paths) {
    for (const file of await filesUnder(path.join(root, entry))) {
      hash.update(`${path.relative(root, file)}\0`);
      hash.update(await readFile(file));
    }
    hash.update(`${entry}\0`);
  }
  for (const line of text) hash.update(`${line}\0`);
  return hash.digest('hex');
}

const leftOut = new Set(['node_modules', '.work', 'bins', '.cache', 'dist']);

async function filesUnder(entry: string): Promise<string[]> {
  const info = await stat(entry).catch(() => null);
  if (info === null) return [];
  if (info.isFile()) return [entry];
  const found: string[] = [];
  for (const child of await readdir(entry, { withFileTypes: true })) {
    if (leftOut.has(child.name)) continue;
    const full = path.join(entry, child.name);
    if (child.isDirectory()) found.push(...(await filesUnder(full)));
    else if (child.isFile()) found.push(full);
  }
  return found.sort();
}
