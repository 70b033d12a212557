import assert from 'node:assert/strict';
import { catalogue, defaultModelId } from '../../../src/contract/index.js';
import { modelName } from '../../../src/engine/models/model-name.js';

describe('the name of a model', () => {
  const path = '/models/some.gguf';

  it('is the catalogue’s, whatever the training run was called', () => {
    const known = catalogue.find(({ id }) => id === defaultModelId);
    assert.ok(known);
    assert.equal(modelName({ id: known.id, path }, 'Smollm2 135M 8k Lc100K Mix1 Ep2'), known.name);
  });

  it('is what the file says, or the file’s own', () => {
    assert.equal(modelName({ id: 'some.gguf', path }, 'Some Model'), 'Some Model');
    assert.equal(modelName({ id: 'some.gguf', path }, ''), 'some.gguf');
  });
});
