import assert from 'node:assert/strict';
import path from 'node:path';
import { modelFolder } from '../../../src/engine/models/folder.js';
import { expandHome } from '../../../src/engine/models/home.js';

describe('a path with the home folder in it', () => {
  it('is spelt out', () => {
    assert.equal(expandHome('~', '/home/me'), path.join('/home/me'));
    assert.equal(expandHome('~/models/m.gguf', '/home/me'), path.join('/home/me/models/m.gguf'));
    assert.equal(modelFolder({ SPARSE_PILOT_MODELS: '~/big' }, 'linux', '/home/me'), '/home/me/big');
  });

  it('is left alone where ~ is part of a name', () => {
    for (const file of ['', 'm~.gguf', '~other/m.gguf', './~/m.gguf', '/a/~'])
      assert.equal(expandHome(file, '/home/me'), file);
  });
});
