import { modelFolder } from '../../../src/engine/models/folder.js';

/** The machine settings that every test in an editor starts from: the model that set-up fetched, and few threads. */
export function machineSettings(): Readonly<Record<string, unknown>> {
  return {
    'sparsePilot.models.folder': modelFolder(process.env),
    'sparsePilot.engine.threads': 2,
  };
}
