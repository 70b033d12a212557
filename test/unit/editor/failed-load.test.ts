import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import { FailedLoad } from '../../../src/editor/engine/failed-load.js';
import { EngineError } from '../../../src/engine/client/index.js';

const refuse = (error: Error) => () => Promise.reject<number>(error);

describe('a load that failed', () => {
  it('fails alike until it is forgotten', async () => {
    const failed = new FailedLoad();
    const error = new EngineError('out-of-memory', 'Too large.');
    await rejects(failed.attempt(refuse(error)), error);
    throws(() => failed.check(), error);
    throws(() => failed.check(), error);
    equal(failed.code, 'out-of-memory');
    failed.forget();
    failed.check();
    equal(failed.code, undefined);
    equal(await failed.attempt(() => Promise.resolve(3)), 3);
  });

  it('is not one that was cancelled, nor one that the engine did not refuse', async () => {
    const failed = new FailedLoad();
    const others = [new EngineError('cancelled', 'Cancelled.'), new Error('no model is chosen')];
    const remembered: Error[] = [];
    for (const error of others) {
      await rejects(failed.attempt(refuse(error)), error);
      try {
        failed.check();
      } catch {
        remembered.push(error);
      }
    }
    deepEqual(remembered, []);
  });

  it('says nothing of what was chosen while it loaded', async () => {
    const failed = new FailedLoad();
    const error = new EngineError('model-truncated', 'Truncated.');
    let fail = (_: Error): void => undefined;
    const load = failed.attempt(() => new Promise<number>((_, reject) => (fail = reject)));
    failed.forget();
    fail(error);
    await rejects(load, error);
    equal(failed.check(), undefined);
  });
});
