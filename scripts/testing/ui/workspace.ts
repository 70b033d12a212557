import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../setup/paths.js';

/** Text by path inside the workspace. */
export type WorkspaceFiles = Readonly<Record<string, string>>;

/** Makes a throw-away workspace: the given files, or a copy of this repository's contract as real source to work on. */
export async function makeWorkspace(files?: WorkspaceFiles): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-workspace-'));
  if (files === undefined) {
    await cp(path.join(root, 'src', 'contract'), path.join(folder, 'contract'), { recursive: true });
    return folder;
  }
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}
