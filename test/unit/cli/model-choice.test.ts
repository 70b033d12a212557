import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalogue, defaultModelId } from '../../../src/contract/index.js';
import { chooseModel } from '../../../src/cli/model-choice.js';
import { ModelStore } from '../../../src/engine/models/store.js';

describe('The model that the command line names', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sparse-pilot-choice-'));
  after(() => rmSync(folder, { recursive: true }));
  const known = catalogue.find(({ id }) => id === defaultModelId);
  assert.ok(known);

  it('is loaded only with the bytes that the catalogue lists', async () => {
    const file = path.join(folder, known.fileName);
    writeFileSync(file, 'damaged');
    const chosen = await chooseModel(defaultModelId, new ModelStore(folder));
    assert.deepEqual(chosen, { id: defaultModelId, path: file, expectedSha256: known.sha256 });
  });

  it('is any file, of whatever bytes', async () => {
    const file = path.join(folder, 'own.gguf');
    assert.deepEqual(await chooseModel(file, new ModelStore(folder)), { id: 'own', path: file });
  });
});
