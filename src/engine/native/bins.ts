import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandHome } from '../models/home.js';

const platformName = `${process.platform}-${process.arch}`;
const here = path.dirname(fileURLToPath(import.meta.url));

/** Where a build of ours may lie: beside the bundle (`dist/`), or at the repository's root when run from source. */
const candidates = [
  path.join(here, '..', 'native', 'bins', platformName),
  path.join(here, '..', '..', '..', 'native', 'bins', platformName),
];

/** The folder with our native build for this platform, or undefined when none was made. `SPARSE_PILOT_BINARIES` names another. */
export function findBins(): string | undefined {
  const chosen = process.env['SPARSE_PILOT_BINARIES'];
  if (chosen !== undefined && chosen !== '') return expandHome(chosen);
  return candidates.find((folder) => existsSync(path.join(folder, 'llama-addon.node')));
}

export { platformName };
