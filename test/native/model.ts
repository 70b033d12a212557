import { modelFolder } from '../../src/engine/models/folder.js';
import { ModelStore } from '../../src/engine/models/store.js';
import { defaultModelId } from '../../src/contract/index.js';

/** The default model's file, which `npm test` fetches before this suite. */
export async function defaultModelPath(): Promise<string> {
  const file = await new ModelStore(modelFolder(process.env)).find(defaultModelId);
  if (file === null)
    throw new Error('the default model is missing: run `npm start`, or `npx sparse-pilot models download`');
  return file;
}
