/**
 * Makes the sparsity profiles that the extension ships (media/profiles) for its default models, from this repository's own sources,
 * which are MIT: `npm run profiles`. To be run again when the profile format or a default model changes. The models must have
 * been downloaded (`sparse-pilot models download ID`).
 */
import path from 'node:path';
import { catalogue, requests } from '../../src/contract/index.js';
import { withEngine } from '../../src/cli/with-engine.js';
import { showProgress } from '../../src/cli/show-progress.js';
import { root } from '../setup/paths.js';

const models = ['smollm2-135m-instruct-q4_1', 'gemma-3-270m-q4_k_m'] as const;
const tokens = 12_000;

for (const id of models) {
  const sha256 = catalogue.find((entry) => entry.id === id)?.sha256;
  if (sha256 === null || sha256 === undefined) throw new Error(`the catalogue has no hash of ${id}`);
  const output = path.join(root, 'media', 'profiles', `${sha256}.sparsity.gguf`);
  const result = await withEngine({ model: id, threads: 2 }, 'sparse', async (engine) => {
    if (engine.model.identity.sha256 !== sha256) throw new Error(`${id} is not the file of the catalogue`);
    const stop = showProgress(engine, `Calibrating ${id}`);
    try {
      return await engine.client.request(requests.calibrate, { folder: root, tokens, output }, engine.signal);
    } finally {
      stop();
      engine.status.clear();
    }
  });
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
}
