import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { artifactFolder } from '../../setup/paths.js';

/** Copies what extensions and their host logged from a server's data folder to the artefacts. */
export async function keepLogs(userData: string, name: string): Promise<void> {
  const from = path.join(userData, 'logs');
  const to = path.join(artifactFolder, `logs-${name}`);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from, { recursive: true }).catch(() => [])) {
    if (!/exthost.*\.log$/.test(file)) continue;
    await copyFile(path.join(from, file), path.join(to, path.basename(file)));
  }
}
