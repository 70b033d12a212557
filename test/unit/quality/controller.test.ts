import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { QualityTarget } from '../../../src/contract/index.js';
import {
  control,
  controlledDensity,
  defaultTuning,
  qualityStatus,
  startController,
  type ControllerEvent,
  type ControllerState,
} from '../../../src/engine/quality/controller.js';
import {
  disagreement,
  idealDensity,
  meanKl,
  probeOf,
  randomSource,
  speedRatio,
  type Plant,
} from './plant.js';

const kl: QualityTarget = { metric: 'kl', limit: 0.02 };
const calm: Plant = { scale: 0.002, slope: 6, spread: 1, skippable: 0.6 };

interface Run {
  readonly end: ControllerState;
  /** Over the last half of the probes. */
  readonly meanDensity: number;
  readonly lateMoves: number;
}

function run(start: ControllerState, plantAt: (step: number) => Plant, steps: number, seed: number): Run {
  const random = randomSource(seed);
  let state = start;
  let movesBefore = 0;
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    state = control(state, { kind: 'probe', probe: probeOf(plantAt(step), state.density, random) });
    if (step === Math.floor(steps / 2)) movesBefore = state.moves;
    if (step >= steps / 2) sum += controlledDensity(state);
  }
  return { end: state, meanDensity: sum / (steps / 2), lateMoves: state.moves - movesBefore };
}

describe('quality controller', () => {
  for (const scale of [0.0005, 0.002, 0.008])
    for (const start of [0.3, 0.9])
      it(`holds 0.02 nats from density ${start} on a plant of scale ${scale}`, () => {
        const plant = { ...calm, scale };
        const ideal = idealDensity(plant, kl.limit);
        for (let seed = 1; seed <= 5; seed++) {
          const { meanDensity, lateMoves } = run(startController(kl, start), () => plant, 800, seed);
          assert.ok(meanKl(plant, meanDensity) <= kl.limit * 1.1, `loss ${meanKl(plant, meanDensity)}`);
          assert.ok(meanDensity - ideal < 0.1, `density ${meanDensity}, enough would be ${ideal}`);
          assert.ok(lateMoves <= 12, `${lateMoves} moves after settling`);
        }
      });

  it('holds heavy-tailed token losses within a quarter of the limit', () => {
    const plant = { ...calm, spread: 1.8 };
    for (let seed = 1; seed <= 5; seed++) {
      const { meanDensity } = run(startController(kl, 0.5), () => plant, 1000, seed);
      assert.ok(meanKl(plant, meanDensity) <= kl.limit * 1.25);
    }
  });

  it('holds a share of disagreeing tokens, which is a rare event', () => {
    const target: QualityTarget = { metric: 'disagreement', limit: 0.05 };
    for (let seed = 1; seed <= 5; seed++) {
      const { meanDensity } = run(startController(target, 0.3), () => calm, 1500, seed);
      assert.ok(disagreement(calm, meanDensity) <= target.limit * 1.25);
      assert.ok(meanDensity < 0.95, 'it does not hide at full density');
    }
  });

  it('follows the text when it becomes harder', () => {
    const harder = { ...calm, scale: 0.006 };
    const { end } = run(startController(kl, 0.6), (step) => (step < 400 ? calm : harder), 1000, 3);
    assert.ok(meanKl(harder, end.density) <= kl.limit * 1.2, `loss ${meanKl(harder, end.density)}`);
  });

  it('goes dense when the limit cannot be held, and tries again later', () => {
    const hopeless = { ...calm, scale: 1 };
    const { end } = run(startController(kl, 0.5), () => hopeless, 300, 1);
    assert.equal(qualityStatus(end).off, 'unreachable');
    assert.equal(controlledDensity(end), 1);
    const rested = control(end, { kind: 'tokens', count: defaultTuning.retryTokens });
    assert.equal(qualityStatus(rested).off, undefined);
  });

  it('switches off below 3% gain', () => {
    let state = startController(kl, 0.6);
    for (let i = 0; i < 3; i++) state = control(state, { kind: 'speed', ratio: 1.02 });
    assert.deepEqual([controlledDensity(state), qualityStatus(state).off], [1, 'no-gain']);
  });

  it('stays on at a small but real gain', () => {
    let state = startController(kl, 0.9);
    for (let i = 0; i < 20; i++) state = control(state, { kind: 'speed', ratio: speedRatio(calm, 0.9) });
    assert.equal(qualityStatus(state).off, undefined);
  });

  it('doubles its rest and asks for 5% in a trial', () => {
    let state = startController(kl, 0.6);
    const speeds = (ratio: number) => {
      for (let i = 0; i < 3; i++) state = control(state, { kind: 'speed', ratio });
    };
    speeds(1);
    state = control(state, { kind: 'tokens', count: defaultTuning.retryTokens });
    speeds(1.04);
    assert.equal(qualityStatus(state).off, 'no-gain', '4% is not enough to come back');
    state = control(state, { kind: 'tokens', count: defaultTuning.retryTokens });
    assert.equal(qualityStatus(state).off, 'no-gain', 'the second rest is longer');
    state = control(state, { kind: 'tokens', count: defaultTuning.retryTokens });
    speeds(1.06);
    assert.equal(qualityStatus(state).off, undefined);
  });

  it('refuses a limit that is no positive number', () => {
    for (const limit of [0, -1, NaN, Infinity])
      assert.throws(() => startController({ metric: 'kl', limit }, 0.5), RangeError);
  });

  it('keeps density in range and finite whatever it is told', () => {
    const anything = fc.oneof(
      fc.record({
        kind: fc.constant('probe' as const),
        probe: fc.record({ kl: fc.double(), agreed: fc.boolean() }),
      }),
      fc.record({ kind: fc.constant('speed' as const), ratio: fc.double() }),
      fc.record({ kind: fc.constant('tokens' as const), count: fc.double() }),
    );
    const targets = fc.record({
      metric: fc.constantFrom('kl' as const, 'disagreement' as const),
      limit: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(targets, fc.double(), fc.array(anything, { maxLength: 200 }), (target, density, events) => {
        let state = startController(target, density);
        for (const event of events satisfies ControllerEvent[]) {
          state = control(state, event);
          const now = controlledDensity(state);
          assert.ok(now >= defaultTuning.minDensity && now <= 1, `density ${now}`);
        }
      }),
    );
  });
});
