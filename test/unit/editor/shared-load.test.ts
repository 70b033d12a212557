import { deepEqual, equal, rejects } from 'node:assert/strict';
import { SharedLoad } from '../../../src/editor/engine/shared-load.js';

/** Loads that end when the test says so; an abort fails them, as the engine does. */
function loads() {
  const started: { finish: (value: string) => void; readonly signal: AbortSignal }[] = [];
  const start = (signal: AbortSignal) =>
    new Promise<string>((finish, fail) => {
      signal.addEventListener('abort', () => fail(new Error('cancelled')));
      started.push({ finish, signal });
    });
  return { started, start };
}

describe('a load that several wait for', () => {
  it('is one', async () => {
    const { started, start } = loads();
    const load = new SharedLoad<string>();
    const both = Promise.all([load.join(start), load.join(start)]);
    started[0]?.finish('a');
    deepEqual(await both, ['a', 'a']);
    equal(started.length, 1);
    equal(load.running, false);
  });

  it('fails for all of them when it is cancelled, and the next begins anew', async () => {
    const { started, start } = loads();
    const load = new SharedLoad<string>();
    const both = [load.join(start), load.join(start)];
    load.cancel();
    for (const one of both) await rejects(one, /cancelled/);
    const again = load.join(start);
    started[1]?.finish('b');
    equal(await again, 'b');
  });

  it('that gives way to another ends with the other', async () => {
    const { started, start } = loads();
    const load = new SharedLoad<string>();
    const waiting = load.join(start);
    load.replace();
    equal(started[0]?.signal.aborted, true);
    const chosen = load.join(start);
    started[1]?.finish('the other');
    deepEqual(await Promise.all([waiting, chosen]), ['the other', 'the other']);
    equal(started.length, 2);
  });

  it('that was done before the abort reached it gives way all the same', async () => {
    const load = new SharedLoad<string>();
    const finish: ((value: string) => void)[] = [];
    const start = () => new Promise<string>((resolve) => finish.push(resolve));
    const waiting = load.join(start);
    load.replace();
    const other = load.join(start);
    finish[0]?.('the old one');
    await Promise.resolve();
    finish[1]?.('the other');
    equal(await other, 'the other');
    finish[2]?.('the other');
    equal(await waiting, 'the other');
  });
});
