import assert from 'node:assert/strict';
import { orAborted } from '../../../src/editor/chat/later.js';

describe('work that a person may stop waiting for', () => {
  it('gives what the work gives', async () => {
    assert.equal(await orAborted(Promise.resolve(7), new AbortController().signal), 7);
  });

  it('ends the wait at once, also when it was stopped before', async () => {
    const loading = new Promise<never>(() => undefined);
    const abort = new AbortController();
    const waiting = orAborted(loading, abort.signal);
    abort.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await assert.rejects(orAborted(loading, abort.signal), { name: 'AbortError' });
  });
});
