import assert from 'node:assert/strict';
import { catalogue, defaultModelId } from '../../../src/contract/index.js';
import { modelFolder } from '../../../src/engine/models/folder.js';
import { recommend } from '../../../src/engine/models/recommend.js';

describe('Model catalogue', () => {
  it('has one entry an id and a file name, sound hashes and a source for each', () => {
    assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length);
    assert.equal(new Set(catalogue.map(({ fileName }) => fileName)).size, catalogue.length);
    for (const { id, fileName, sha256, sources, size, memory } of catalogue) {
      assert.match(sha256 ?? '', /^[0-9a-f]{64}$/, id);
      assert.match(fileName, /^[\w.-]+\.gguf$/, id);
      assert.ok(sources.length > 0 && memory > size, id);
    }
  });

  it('has the default model, mirrored on two hosts, under a free licence', () => {
    const model = catalogue.find(({ id }) => id === defaultModelId);
    assert.equal(model?.licence, 'Apache-2.0');
    assert.deepEqual(
      model.sources.map(({ kind }) => kind),
      ['wheel', 'huggingface'],
    );
  });

  it('recommends by memory, never a restricted licence', () => {
    const at = (gigabytes: number): string => recommend(catalogue, gigabytes * 1e9, defaultModelId);
    assert.equal(at(2), defaultModelId);
    assert.equal(at(8), 'qwen2.5-coder-0.5b-q8_0');
    assert.equal(at(16), 'qwen2.5-coder-1.5b-q8_0');
    assert.equal(at(32), 'qwen2.5-coder-1.5b-q8_0');
    assert.equal(at(64), 'qwen2.5-coder-7b-q8_0');
  });

  it('keeps models in the place of each system, or where the environment says', () => {
    const home = '/home/me';
    assert.equal(modelFolder({}, 'linux', home), '/home/me/.local/share/sparse-pilot/models');
    assert.equal(modelFolder({ XDG_DATA_HOME: '/data' }, 'linux', home), '/data/sparse-pilot/models');
    assert.equal(modelFolder({}, 'darwin', home), '/home/me/Library/Application Support/sparse-pilot/models');
    assert.equal(modelFolder({ SPARSE_PILOT_MODELS: '/big' }, 'linux', home), '/big');
  });
});
