import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cudaRecordName, type CudaPart } from '../../contract/index.js';
import { userData } from '../models/folder.js';

/**
 * Where the CUDA part is kept once it was fetched: `SPARSE_PILOT_GPU`, or a folder in the system's place for a user's data.
 * @param environment the process's environment; workspace settings never reach it
 */
export function gpuFolder(environment: NodeJS.ProcessEnv): string {
  const chosen = environment['SPARSE_PILOT_GPU'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  return path.join(userData(environment, process.platform, homedir()), 'sparse-pilot', 'gpu');
}

const partNameLength = 16;

/** The folder of exactly this part: another release's is never taken for it. */
export const partFolder = (root: string, part: CudaPart): string =>
  path.join(root, part.sha256.slice(0, partNameLength));

/** Whether an entry of the folder of parts is named as a part is; whatever else lies there is not ours. */
export const isPartName = (name: string): boolean =>
  name.length === partNameLength && /^[0-9a-f]+$/.test(name);

/** The CUDA part that `npm run build:cuda` made, where this runs from a checkout; undefined elsewhere. */
export function builtCudaFolder(): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const name = path.join('native', 'cuda-bins', `${process.platform}-${process.arch}`);
  return ['..', path.join('..', '..', '..')]
    .map((up) => path.join(here, up, name))
    .find((folder) => existsSync(path.join(folder, cudaRecordName)));
}
