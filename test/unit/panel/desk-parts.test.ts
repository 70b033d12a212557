import assert from 'node:assert/strict';
import { liveWindowMs, type EngineState } from '../../../src/contract/index.js';
import { panelAction } from '../../../src/border/panel-actions.js';
import { panelMessage } from '../../../src/border/panel-messages.js';
import { check } from '../../../src/border/check.js';
import { planOf } from '../../../src/editor/panel/calibrate/plan.js';
import { engineView } from '../../../src/editor/panel/engine-view.js';
import { LiveHistory } from '../../../src/editor/panel/live/live-history.js';
import { machineId, thisMachine } from '../../../src/editor/panel/measure/machine.js';
import { Tasks } from '../../../src/editor/panel/tasks/tasks.js';
import { full, liveSamples, ready } from '../../ui/panel/states.js';

describe('panel border', () => {
  it('lets every state through unchanged', () => {
    for (const state of [ready, full]) {
      const checked = check(panelMessage, { type: 'state', state });
      assert.deepEqual(checked, { ok: true, value: { type: 'state', state } });
    }
    const history = { type: 'history', samples: liveSamples(5_000_000) };
    assert.deepEqual(check(panelMessage, history), { ok: true, value: history });
  });

  it('refuses what was not agreed on', () => {
    const bad = [
      { type: 'run', command: 'x' },
      { type: 'turn', change: { knob: 'density', value: 7 } },
      { type: 'turn', change: { knob: 'mode', value: 'constructor' } },
      { type: 'turn', change: { knob: 'target', value: { metric: 'kl', limit: Infinity } } },
      { type: 'export', what: '../../x', format: 'json' },
      { type: 'step', step: 'workbench.action.quit' },
      { type: 'cancel', task: '__proto__' },
    ];
    for (const action of bad) assert.equal(check(panelAction, action).ok, false, JSON.stringify(action));
  });
});

describe('live history', () => {
  it('keeps five minutes in order', () => {
    const history = new LiveHistory();
    const [sample] = liveSamples(0);
    assert.ok(sample);
    for (let time = 0; time <= 2 * liveWindowMs; time += 1000) history.add({ ...sample, time });
    history.add({ ...sample, time: 5 });
    assert.equal(history.samples[0]?.time, liveWindowMs);
    assert.equal(history.samples.at(-1)?.time, 2 * liveWindowMs);
  });
});

describe('tasks', () => {
  const tasks = () => {
    const seen: string[] = [];
    const made: Tasks = new Tasks(
      () => seen.push(made.states.measure.kind),
      (error) => ({ message: String(error), nextStep: null }),
    );
    return { made, seen };
  };

  it('runs one of a kind at a time', async () => {
    const { made } = tasks();
    let runs = 0;
    const job = () => {
      runs += 1;
      return new Promise<void>((resolve) => setTimeout(resolve, 5));
    };
    await Promise.all([made.run('measure', job), made.run('measure', job)]);
    assert.equal(runs, 1);
    await made.run('measure', job);
    assert.equal(runs, 2);
  });

  it('shows progress, then rest', async () => {
    const { made, seen } = tasks();
    await made.run('measure', (_signal, onProgress) => {
      onProgress(1, 3, 'x');
      assert.deepEqual(made.states.measure, { kind: 'running', done: 1, total: 3, message: 'x' });
      return Promise.resolve();
    });
    assert.deepEqual(seen, ['running', 'running', 'idle']);
  });

  it('shows a failure in words, and a cancelled job as rest', async () => {
    const { made } = tasks();
    await made.run('measure', () => Promise.reject(new Error('no disk')));
    assert.deepEqual(made.states.measure, { kind: 'failed', message: 'Error: no disk', nextStep: null });
    const running = made.run(
      'measure',
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    );
    made.cancel('measure');
    await running;
    assert.deepEqual(made.states.measure, { kind: 'idle' });
  });
});

describe('engine view', () => {
  const view = (state: EngineState, modelMissing = false) =>
    engineView({ state, native: null, modelMissing });

  it('has a state for every state of the engine, none of them blank', () => {
    assert.equal(view({ kind: 'no-model' }).kind, 'asleep');
    assert.equal(view({ kind: 'no-model' }, true).kind, 'no-model');
    assert.equal(view({ kind: 'unloaded', reason: 'idle' }).kind, 'asleep');
    assert.equal(view({ kind: 'starting' }).kind, 'starting');
    assert.deepEqual(view({ kind: 'loading', path: '/x/m.gguf', step: 'weights', progress: 0.426 }), {
      kind: 'loading',
      model: 'm.gguf',
      step: 'weights',
      percent: 43,
    });
    const down = view({ kind: 'error', message: 'It stopped.', nextStep: 'Restart it.' });
    assert.ok(down.kind === 'down' && down.message === 'It stopped. Restart it.' && down.steps.length > 0);
  });
});

describe('machine', () => {
  it('is the same machine each time and another with another build', () => {
    const stock = thisMachine(null);
    assert.equal(machineId(stock), machineId(thisMachine(null)));
    assert.notEqual(machineId(stock), machineId({ ...stock, build: '1' }));
  });
});

describe('calibration plan', () => {
  it('reads no more than it may, and tells the time where the speed is known', () => {
    const sources = { files: 2, bytes: 6800, sample: '' };
    const plan = { folder: 'mine', files: 2, bytes: 6800, tokens: 2000 };
    const speed = { prefill: 100, decode: 50, layers: 10 };
    assert.deepEqual(planOf('mine', sources, { speed, most: 20_000 }), {
      ...plan,
      seconds: (2000 + 2353) / 100 + 2353 / 50,
    });
    const brief = planOf('mine', sources, { speed: null, most: 100 });
    assert.deepEqual([brief.tokens, brief.seconds], [100, null]);
  });
});
