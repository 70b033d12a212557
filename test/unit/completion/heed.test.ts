import assert from 'node:assert/strict';
import { Heed } from '../../../src/editor/completion/core/heed.js';

const at = (prefix: string, fileKey = 'a.ts') => ({ fileKey, prefix, suffix: '\n' });

describe('how long the next text waits', () => {
  const shown = (): Heed => {
    const heed = new Heed();
    heed.show(at('const a = '), 'one + two;', 1000);
    return heed;
  };

  it('not at all while what is shown is typed or taken', () => {
    const heed = shown();
    for (const typed of ['o', 'one', 'one + two;', 'one + two;\nb', 'one + two;\nbc']) {
      heed.edited([at(`const a = ${typed}`)]);
      assert.equal(heed.restMs('balanced', 1010), 0, typed);
    }
  });

  it('half a second from when the one that was typed against came up', () => {
    const heed = shown();
    heed.edited([at('const a = t')]);
    assert.equal(heed.restMs('balanced', 1100), 420);
    heed.edited([at('const a = th')]);
    assert.equal(heed.restMs('balanced', 1300), 220);
    assert.equal(heed.restMs('balanced', 1600), 0);
    assert.equal(heed.restMs('eager', 1100), 0, 'who wants texts at once gets them');
  });

  it('from the next one anew', () => {
    const heed = shown();
    heed.edited([at('const a = t')]);
    heed.show(at('const a = t'), 'hree;', 1600);
    assert.equal(heed.restMs('balanced', 1610), 0);
    heed.edited([at('const a = tx')]);
    assert.equal(heed.restMs('balanced', 1700), 420);
  });

  it('counts from when a text came up, not from when the rest of it was last shown', () => {
    const heed = shown();
    heed.edited([at('const a = o')]);
    heed.show(at('const a = o'), 'ne + two;', 1200);
    heed.edited([at('const a = ox')]);
    assert.equal(heed.restMs('balanced', 1300), 220);
  });

  it('has nothing to do with other places', () => {
    for (const place of [at('const a ='), at('const a = '), at('b', 'b.ts'), at('else')]) {
      const heed = shown();
      heed.edited([place]);
      assert.equal(heed.restMs('balanced', 1001), 0);
    }
    assert.equal(new Heed().restMs('calm', 0), 0);
  });
});
