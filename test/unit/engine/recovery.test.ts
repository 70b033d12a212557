import assert from 'node:assert/strict';
import { afterCrash, defaultBackOff } from '../../../src/engine/client/back-off.js';
import { forkOptions } from '../../../src/engine/client/launch.js';
import { recover } from '../../../src/engine/client/recovery.js';
import { completionRefusal, knownArchitectures } from '../../../src/engine/host/architectures.js';
import { loadPlan } from '../../../src/engine/host/load-plan.js';

describe('Recovery', () => {
  it('waits longer after each crash in a row, up to a limit, then gives up', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((crashes) => afterCrash(defaultBackOff, crashes, 100));
    assert.deepEqual(
      waits.map((decision) => (decision.kind === 'wait' ? decision.waitMs : null)),
      [100, 200, 400, 800, 1600, 3200],
    );
    assert.deepEqual(afterCrash(defaultBackOff, 6, 100), { kind: 'give-up', attempts: 6 });
    assert.deepEqual(afterCrash(defaultBackOff, 6, 3_600_000), { kind: 'wait', attempt: 1, waitMs: 100 });
  });

  const load = { id: 'm', path: '/m.gguf', contextSize: 8192 };

  it('loads the same again after one crash while running', () => {
    assert.deepEqual(recover(load, 'running', 1, true), { load, stockBuild: false, step: null });
  });

  it('steps down while crashes go on: no layouts, half of the GPU layers, CPU, smaller context, stock build', () => {
    const steps = [1, 2, 3, 4, 5].map((crashes) => recover(load, 'loading', crashes, true));
    assert.deepEqual(
      steps.map(({ load: { sparseLayouts, gpuShare, gpuLayers, contextSize }, stockBuild }) => [
        ...[sparseLayouts, gpuShare, gpuLayers, contextSize],
        stockBuild,
      ]),
      [
        [false, undefined, undefined, 8192, false],
        [false, 0.5, undefined, 8192, false],
        [false, 0.5, 0, 8192, false],
        [false, 0.5, 0, 2048, false],
        [false, 0.5, 0, 2048, true],
      ],
    );
    [/sparse layouts/, /half of the GPU layers/, /CPU/, /context/, /stock/].forEach((words, index) =>
      assert.match(steps[index]?.step ?? '', words),
    );
  });

  it('blames no GPU where there is none, and gives up only what was asked for', () => {
    assert.equal(recover(load, 'loading', 2, false).load.contextSize, 2048);
    assert.doesNotMatch(recover(load, 'loading', 2, false).step ?? '', /GPU/);
    const plain = { id: 'm', path: '/m.gguf', contextSize: 1024, sparseLayouts: false };
    assert.deepEqual(recover(plain, 'running', 2, false).load, plain);
    assert.equal(recover(plain, 'running', 2, false).stockBuild, true);
  });

  it('gives up GPU layers first, then context, and says each step', () => {
    const plan = loadPlan({ contextSize: 4096 }, 28, 32768, true);
    assert.deepEqual(
      plan.map(({ gpuLayers, contextSize }) => [gpuLayers, contextSize]),
      [
        [null, 4096],
        [14, 4096],
        [0, 4096],
        [0, 2048],
        [0, 1024],
        [0, 512],
      ],
    );
    assert.equal(plan[0]?.step, null);
    assert.ok(plan.slice(1).every(({ step }) => step !== null));
  });

  it('begins with half of the layers where the engine died with all of them', () => {
    const layers = (plan: ReturnType<typeof loadPlan>) => [
      ...new Set(plan.map(({ gpuLayers }) => gpuLayers)),
    ];
    assert.deepEqual(layers(loadPlan({ gpuShare: 0.5 }, 28, 32768, true)), [14, 7, 0]);
    assert.deepEqual(layers(loadPlan({ gpuShare: 0.5, gpuLayers: 10 }, 28, 32768, true)), [5, 2, 0]);
    assert.deepEqual(layers(loadPlan({ gpuShare: 0.5, gpuLayers: 0 }, 28, 32768, true)), [0]);
    assert.deepEqual(layers(loadPlan({ gpuShare: 0.5 }, 28, 32768, false)), [0]);
  });

  it('never asks for more context than the model was trained on', () => {
    const [first] = loadPlan({ contextSize: 100_000 }, 30, 8192, false);
    assert.deepEqual(first, { gpuLayers: 0, contextSize: 8192, step: null });
    assert.equal(loadPlan({}, 30, 0, false)[0]?.contextSize, 8192);
  });

  it("takes the model's own length, as far as memory allows, where that is asked for", () => {
    const [first, next] = loadPlan({ contextSize: 0 }, 30, 32_768, false);
    assert.deepEqual(first?.contextSize, { min: 512, max: 32_768 });
    assert.equal(next?.contextSize, 4096);
    assert.equal(loadPlan({ contextSize: 0 }, 30, 0, false)[0]?.contextSize, 8192);
    const onCpu = recover({ path: '/m', id: 'm', gpuLayers: 0, contextSize: 0 }, 'loading', 2, false);
    assert.equal(onCpu.load.contextSize, 2048);
  });

  it('refuses completion where tokens cannot be taken back', () => {
    assert.match(completionRefusal('qwen35') ?? '', /take back/);
    assert.match(completionRefusal('mamba') ?? '', /mamba/);
    assert.equal(completionRefusal('llama'), undefined);
    assert.ok(knownArchitectures.has('gemma3') && !knownArchitectures.has('bert'));
  });

  it("does not hand the parent's debugger to the engine", () => {
    const { env, execArgv } = forkOptions(
      { entry: 'e.js', env: { A: '1' } },
      { NODE_OPTIONS: '--inspect', PATH: '/bin' },
    );
    assert.deepEqual(env, { A: '1', PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
    assert.deepEqual(execArgv, []);
  });
});
