import assert from 'node:assert/strict';
import type { Availability } from '../../../src/editor/completion/core/engine-port.js';
import { Loading } from '../../../src/editor/completion/core/loading.js';

const failing = (outcome: 'error' | 'no-model'): Availability => ({
  kind: 'unavailable',
  outcome,
  message: 'it does not work',
});

describe('loading a model for a suggestion', () => {
  const scripted = (answer: Availability) => {
    const log = { loads: 0, answer };
    const loading = new Loading(() => {
      log.loads += 1;
      return Promise.resolve(log.answer);
    });
    return { log, loading };
  };
  const settled = () => new Promise(setImmediate);

  it('is begun by the first key only', async () => {
    const { log, loading } = scripted({ kind: 'ready' });
    for (let key = 0; key < 3; key += 1) {
      const answer = loading.look();
      assert.ok(answer.kind === 'unavailable' && answer.outcome === 'model-loading');
    }
    await settled();
    assert.equal(log.loads, 1);
  });

  it('is not begun again by typing once it has failed, but on command and after a change', async () => {
    const { log, loading } = scripted(failing('error'));
    loading.look();
    await settled();
    for (let key = 0; key < 5; key += 1) assert.deepEqual(loading.look(), failing('error'));
    await settled();
    assert.equal(log.loads, 1);
    assert.deepEqual(await loading.wait(), failing('error'));
    assert.equal(log.loads, 2);
    loading.forget();
    loading.look();
    await settled();
    assert.equal(log.loads, 3);
    log.answer = { kind: 'ready' };
    assert.deepEqual(await loading.wait(), { kind: 'ready' });
    assert.notDeepEqual(loading.look(), failing('error'));
  });

  it('a model that was not there may have come', async () => {
    const { log, loading } = scripted(failing('no-model'));
    loading.look();
    await settled();
    assert.deepEqual(loading.look(), failing('no-model'));
    await settled();
    assert.equal(log.loads, 2);
  });
});
