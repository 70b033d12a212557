import assert from 'node:assert/strict';
import type { LoadModelRequest, ModelInfo } from '../../../src/contract/index.js';
import { ModelKeeper } from '../../../src/engine/client/model-keeper.js';
import type { EngineSession } from '../../../src/engine/client/session.js';
import { EngineError } from '../../../src/engine/engine-error.js';

type Session = Pick<EngineSession, 'info' | 'request'>;

const load = (id: string): LoadModelRequest => ({
  id,
  path: `/${id}.gguf`,
  sparseLayouts: false,
  contextSize: 1024,
});
const healthyMs = 60_000;

describe('the model that is kept loaded', () => {
  let time: number;
  let asked: LoadModelRequest[];
  let steps: string[];
  let keeper: ModelKeeper;

  beforeEach(() => {
    time = 0;
    asked = [];
    steps = [];
    keeper = new ModelKeeper({ onStep: (step) => steps.push(step), healthyMs, now: () => time });
  });

  /** An engine that loads whatever it is asked for, as `answer` says. */
  const session = (
    answer: (request: LoadModelRequest, signal: AbortSignal) => Promise<unknown> = () => Promise.resolve(),
  ): Session =>
    ({
      info: { native: { gpu: null } },
      request: async (_type: unknown, request: LoadModelRequest, signal: AbortSignal) => {
        asked.push(request);
        await answer(request, signal);
        return { name: request.id, stepDowns: [] } as unknown as ModelInfo;
      },
    }) as unknown as Session;

  const slow = () =>
    session(
      (_request, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.'))),
        ),
    );
  const cancelled = (error: unknown) => error instanceof EngineError && error.code === 'cancelled';
  const crash = () => {
    keeper.onCrash();
    return session();
  };

  it('is the one before again when the load of another is cancelled', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    keeper.want(load('b'));
    const engine = slow();
    const loading = keeper.ensure(engine);
    keeper.cancel();
    await assert.rejects(loading, cancelled);
    assert.ok(keeper.wants(load('a')));
    assert.equal((await keeper.ensure(session()))?.name, 'a');
  });

  it('is none when the first load is cancelled, and is loaded when it is wanted again', async () => {
    keeper.want(load('a'));
    const loading = keeper.ensure(slow());
    keeper.cancel();
    await assert.rejects(loading, cancelled);
    assert.equal(await keeper.ensure(session()), null);
    keeper.want(load('a'));
    assert.equal((await keeper.ensure(session()))?.name, 'a');
  });

  it('is the last that was loaded when several were chosen one after the other', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    keeper.want(load('b'));
    const first = keeper.ensure(slow());
    keeper.want(load('c'));
    const second = keeper.ensure(slow());
    await assert.rejects(first, cancelled);
    keeper.cancel();
    await assert.rejects(second, cancelled);
    assert.ok(keeper.wants(load('a')));
  });

  it('stays when loading it again after a crash is cancelled', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    keeper.onCrash();
    const loading = keeper.ensure(slow());
    keeper.cancel();
    await assert.rejects(loading, cancelled);
    assert.equal((await keeper.ensure(session()))?.name, 'a');
  });

  it('is loaded more gently after crashes in a row, also when it is chosen once more', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, false);
    keeper.want(load('a'));
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, true);
    assert.match(steps.join(), /stock/);
  });

  it('is forgiven its crashes once it was healthy for a while, and our build is used again', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    await keeper.ensure(crash());
    time += healthyMs;
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, false, 'an hour lies between the crashes');
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, true);
    time += healthyMs;
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, false);
  });

  it('does not bear what another model did', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    await keeper.ensure(crash());
    await keeper.ensure(crash());
    assert.equal(keeper.forgiveFor(load('a')), false);
    assert.equal(keeper.stockBuild, true);
    assert.equal(keeper.forgiveFor(load('b')), true);
    assert.equal(keeper.stockBuild, false);
  });

  it('runs on our build again after a restart; a build of ours that does not load stays out of use for any model', async () => {
    keeper.want(load('a'));
    await keeper.ensure(session());
    await keeper.ensure(crash());
    await keeper.ensure(crash());
    keeper.forgive();
    assert.equal(keeper.stockBuild, false);
    keeper.useStockBuild();
    assert.equal(keeper.forgiveFor(load('b')), false);
    await keeper.ensure(crash());
    assert.equal(keeper.stockBuild, true);
  });
});
