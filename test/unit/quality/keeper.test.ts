import assert from 'node:assert/strict';
import type { CorrectionRequest, SparsityRequest } from '../../../src/contract/index.js';
import { QualityKeeper, type QualityOutcome, type QualityPlan } from '../../../src/engine/quality/index.js';
import { disagreement, meanKl, probeOf, randomSource, speedRatio, type Plant } from './plant.js';

const plant: Plant = { scale: 0.002, slope: 6, spread: 1, skippable: 0.6 };
const fast: CorrectionRequest = { mode: 'fast' };
const hold: SparsityRequest = { selector: 'griffin', density: 0.3, quality: { metric: 'kl', limit: 0.02 } };

/** A generation of 40 tokens of the simulated model, as planned. */
function generate(plan: QualityPlan, model: Plant, random: () => number): QualityOutcome {
  const density = plan.sparsity?.density ?? 1;
  const tokens = 40;
  const decodeMs = (tokens * 25) / (density < 1 ? speedRatio(model, density) : 1);
  if (plan.probeEvery === undefined) return { probes: 0, kl: null, top1: null, tokens, decodeMs };
  const probes = Array.from({ length: Math.floor(tokens / plan.probeEvery) }, () =>
    probeOf(model, density, random),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    probes: probes.length,
    kl: mean(probes.map(({ kl }) => kl)),
    top1: mean(probes.map(({ agreed }) => (agreed ? 1 : 0))),
    tokens,
    decodeMs,
  };
}

function drive(
  keeper: QualityKeeper,
  request: SparsityRequest,
  model: Plant,
  generations: number,
): readonly QualityPlan[] {
  const random = randomSource(7);
  return Array.from({ length: generations }, () => {
    const plan = keeper.plan(request, fast);
    keeper.learn(plan, generate(plan, model, random));
    return plan;
  });
}

const sparseOnes = (plans: readonly QualityPlan[]) => plans.filter(({ lesson }) => lesson?.kind === 'held');

describe('quality keeper', () => {
  it('brings the loss within the limit and keeps it there', () => {
    const plans = sparseOnes(drive(new QualityKeeper(), hold, plant, 400)).slice(-100);
    const mean =
      plans.reduce((sum, { sparsity }) => sum + meanKl(plant, sparsity?.density ?? 1), 0) / plans.length;
    assert.ok(mean <= 0.022, `${mean}`);
    assert.ok(mean >= 0.01, `${mean}: the limit is used`);
  });

  it('holds a share of disagreeing tokens', () => {
    const request = { ...hold, quality: { metric: 'disagreement', limit: 0.06 } } as const;
    const plans = sparseOnes(drive(new QualityKeeper(), request, plant, 600)).slice(-100);
    const mean =
      plans.reduce((sum, { sparsity }) => sum + disagreement(plant, sparsity?.density ?? 1), 0) /
      plans.length;
    assert.ok(mean <= 0.06 * 1.25, `${mean}`);
  });

  it('runs lossless now and then to know what sparsity gains', () => {
    const keeper = new QualityKeeper();
    const plans = drive(keeper, hold, plant, 100);
    const lossless = plans.filter(({ lesson }) => lesson?.kind === 'lossless');
    assert.ok(lossless.length >= 3 && lossless.length <= 8, `${lossless.length} of 100`);
    for (const { sparsity, correction } of lossless)
      assert.deepEqual([sparsity?.selector, correction.mode], ['none', 'exact']);
    assert.ok((keeper.status?.gain ?? 0) > 1.1);
  });

  it('switches itself off where nothing is gained, and runs lossless instead', () => {
    const keeper = new QualityKeeper();
    const slow = { ...plant, skippable: 0.01 };
    const plans = drive(keeper, hold, slow, 60);
    assert.equal(keeper.status?.off, 'no-gain');
    assert.ok(plans.slice(-30).every(({ sparsity }) => sparsity?.selector === 'none'));
  });

  it('probes often until the loss is known, then seldom', () => {
    const plans = sparseOnes(drive(new QualityKeeper(), hold, plant, 400));
    assert.equal(plans[0]?.probeEvery, 10);
    assert.equal(plans.at(-1)?.probeEvery, 32);
  });

  it('leaves requests alone that ask for nothing or lose nothing', () => {
    const keeper = new QualityKeeper();
    const free: SparsityRequest = { selector: 'griffin', density: 0.3 };
    assert.deepEqual(keeper.plan(free, fast), { sparsity: free, correction: fast, lesson: null });
    for (const mode of ['dense', 'exact'] as const)
      assert.deepEqual(keeper.plan(hold, { mode }), { sparsity: hold, correction: { mode }, lesson: null });
    assert.equal(keeper.status, undefined);
  });

  it('takes the checks of Balanced for probes: it lowers the density while the drafts lose less than the limit', () => {
    const keeper = new QualityKeeper();
    const random = randomSource(7);
    const harmless: Plant = { ...plant, scale: plant.scale / 20 };
    const densities: number[] = [];
    for (let generation = 0; generation < 120; generation++) {
      const plan = keeper.plan({ ...hold, density: 0.8 }, { mode: 'balanced' });
      assert.equal(plan.probeEvery, undefined, 'probes of its own are for Fast');
      const checked = plan.lesson?.kind === 'held' ? { ...plan, probeEvery: 10 } : plan;
      keeper.learn(plan, generate(checked, harmless, random));
      if (plan.lesson?.kind === 'held') densities.push(plan.sparsity?.density ?? 1);
    }
    assert.ok((densities.at(-1) ?? 1) < 0.7, densities.join(' '));
    assert.equal(keeper.status?.phase, 'holding');
    keeper.plan({ ...hold, density: 0.8 }, fast);
    assert.equal(keeper.status?.probes, 0, 'Fast is held apart');
  });

  it('keeps targets apart and forgets with the model', () => {
    const keeper = new QualityKeeper();
    drive(keeper, hold, plant, 200);
    const other = keeper.plan({ ...hold, quality: { metric: 'kl', limit: 0.5 } }, fast);
    assert.equal(other.sparsity?.density, 0.3);
    keeper.forget();
    assert.equal(keeper.plan(hold, fast).sparsity?.density, 0.3);
  });

  it('learns nothing from a generation that was cut short', () => {
    const keeper = new QualityKeeper();
    for (let i = 0; i < 50; i++)
      keeper.learn(keeper.plan(hold, fast), { probes: 0, kl: null, top1: null, tokens: 2, decodeMs: 5 });
    assert.equal(keeper.status?.gain, null);
    assert.equal(keeper.plan(hold, fast).lesson?.kind, 'held');
  });
});
