import assert from 'node:assert/strict';
import { nativeOptions, nativeSampling } from '../../../src/engine/correction/options.js';
import { speculationReport } from '../../../src/engine/correction/result.js';
import { tasksOf, workloads } from '../../../src/cli/bench-correction/workloads.js';

const nothing = {
  reused: 0,
  drafted: 0,
  accepted: 0,
  verifies: 0,
  rollbacks: 0,
  windowTokens: 0,
  ngramVerifies: 0,
  ngramDrafted: 0,
  ngramAccepted: 0,
  sparseSteps: 0,
  shifts: 0,
  densePasses: [],
  denseMs: [],
  sparseMs: 0,
  probes: 0,
  probesAgreed: 0,
  probeDivergence: 0,
  prefillMs: 0,
  firstTokenMs: 0,
  decodeMs: 0,
  off: '',
};

describe('Options of the native loop', () => {
  it('has a default for everything, and greedy dense is the default', () => {
    const options = nativeOptions({});
    assert.equal(options.mode, 'dense');
    assert.equal(options.maxTokens, 128);
    assert.equal(options.acceptThreshold, 0.1);
    assert.deepEqual(
      [options.check, options.riskBudget, options.riskFloor, options.riskCap],
      ['auto', 2, 4, 32],
    );
    assert.deepEqual(nativeSampling(), {
      temperature: 0,
      topK: 0,
      topP: 1,
      minP: 0,
      repeatPenalty: 1,
      grammar: '',
    });
  });

  it('draws a seed where none is given, and keeps a given one', () => {
    const seeds = Array.from({ length: 8 }, () => nativeOptions({ sampling: { temperature: 0.2 } }).seed);
    assert.ok(new Set(seeds).size > 1, 'two requests differ');
    assert.ok(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0));
    assert.equal(nativeOptions({ sampling: { seed: 0 } }).seed, 0);
    assert.equal(nativeOptions({ sampling: { seed: 7 } }).seed, 7);
  });

  it('moves absurd numbers to the nearest sensible one', () => {
    const sampling = nativeSampling({ temperature: -3, topK: -1, topP: NaN, minP: 7, repeatPenalty: 0 });
    assert.equal(sampling.temperature, 0);
    assert.equal(sampling.topK, 0);
    assert.equal(sampling.topP, 1);
    assert.equal(sampling.minP, 1);
    assert.equal(sampling.repeatPenalty, 0.1);
    const options = nativeOptions({
      stop: { maxTokens: 1e12, timeBudgetMs: -1 },
      correction: { mode: 'balanced', maxDraft: 1e9, check: { kind: 'risk', budget: -1, floor: 99, cap: 1 } },
    });
    assert.equal(options.maxTokens, 1 << 20);
    assert.equal(options.timeBudgetMs, 0);
    assert.equal(options.maxDraft, 64);
    assert.deepEqual(
      [undefined, -1, 3, 99].map((treeWidth) => {
        const width = treeWidth === undefined ? {} : { treeWidth };
        return nativeOptions({ correction: { mode: 'exact', ...width } }).treeWidth;
      }),
      [1, 1, 3, 8],
    );
    assert.equal(options.riskFloor, 64);
    assert.equal(options.riskCap, 64);
    assert.equal(options.riskBudget, 0);
  });

  it('reports AAL and EPD as Sirius defines them', () => {
    // dossier 1.4: n = 16, d = 0.65, AAL 15.22 gives 0.706
    const report = speculationReport(
      {
        ...nothing,
        drafted: 1500,
        accepted: 1422,
        verifies: 100,
        rollbacks: 70,
        windowTokens: 1522,
        sparseSteps: 1500,
      },
      0.65,
    );
    assert.equal(report.averageAdvance, 15.22);
    assert.ok(Math.abs((report.effectiveDensity ?? 0) - 0.706) < 0.001);
    assert.equal(report.drafter, 'sparse-self');
    assert.equal(speculationReport({ ...nothing, off: 'why' }, 1).off, 'why');
    assert.equal(speculationReport(nothing, 1).averageAdvance, undefined);
  });

  it('has tasks for every workload, edits of 60 to 200 lines', () => {
    for (const workload of workloads) assert.ok(tasksOf(workload).length > 0);
    for (const task of tasksOf('edit')) {
      const lines = task.prompt.split('\n').length;
      assert.ok(lines > 60 && lines < 210, String(lines));
    }
  });
});
