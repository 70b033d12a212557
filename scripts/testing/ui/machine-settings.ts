import path from 'node:path';
import { cacheFolder } from '../../setup/paths.js';

/** Where set-up keeps the default model. */
export const modelFolder = path.join(cacheFolder, 'models');

/** The machine settings that every test in an editor starts from: the model that set-up fetched, and few threads. */
export async function machineSettings(): Promise<Readonly<Record<string, unknown>>> {
  return Promise.resolve({
    'sparsePilot.models.folder': modelFolder,
    'sparsePilot.engine.threads': 2,
  });
}
