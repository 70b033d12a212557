import assert from 'node:assert/strict';
import { correctionStrengths, settings, type KnobChange } from '../../../src/contract/index.js';
import { readKnobs, turnKnob } from '../../../src/editor/panel/knobs/knobs.js';
import { modeForPoint, usePoint } from '../../../src/editor/panel/use-point.js';
import { sparsityRequest } from '../../../src/editor/settings/requests.js';
import { measurement } from '../../ui/panel/states.js';
import { MemorySettings } from './settings.js';

describe('knobs', () => {
  const changes: readonly KnobChange[] = [
    { knob: 'mode', value: 'fast' },
    { knob: 'selector', value: 'griffin' },
    { knob: 'density', value: 0.35 },
    { knob: 'hold', value: true },
    { knob: 'target', value: { metric: 'kl', limit: 0.02 } },
    { knob: 'target', value: { metric: 'disagreement', limit: 0.03 } },
    ...correctionStrengths.map((value): KnobChange => ({ knob: 'strength', value })),
  ];
  for (const change of changes)
    it(`shows ${change.knob} ${JSON.stringify(change.value)} after it was turned there`, async () => {
      const memory = new MemorySettings();
      await turnKnob(memory.reader, change);
      assert.deepEqual(readKnobs(memory, [])[change.knob], change.value);
    });

  it('calls settings made one by one custom', async () => {
    const memory = new MemorySettings();
    await memory.set(settings.correction.riskBudget, 3.3);
    assert.equal(readKnobs(memory, []).strength, 'custom');
  });

  it('starts at the standard strength, which is the defaults', () => {
    assert.equal(readKnobs(new MemorySettings(), []).strength, 'standard');
  });

  it('keeps a value within what its setting allows', async () => {
    const memory = new MemorySettings();
    await turnKnob(memory.reader, { knob: 'density', value: 0 });
    assert.equal(memory.get(settings.sparsity.density), 0.05);
    await turnKnob(memory.reader, { knob: 'target', value: { metric: 'kl', limit: 99 } });
    assert.equal(memory.get(settings.quality.maxKl), 10);
  });

  it('asks the engine to hold the target only while quality comes first', async () => {
    const memory = new MemorySettings();
    assert.equal(sparsityRequest(memory, []).quality, undefined);
    await turnKnob(memory.reader, { knob: 'hold', value: true });
    assert.deepEqual(sparsityRequest(memory, []).quality, { metric: 'disagreement', limit: 0.05 });
  });

  it('never asks for a limit of zero', async () => {
    const memory = new MemorySettings();
    await memory.set(settings.quality.minAgreement, 1);
    await memory.set(settings.quality.hold, true);
    assert.ok((sparsityRequest(memory, []).quality?.limit ?? 0) > 0);
  });

  it('uses a measured point as it was measured', async () => {
    const memory = new MemorySettings();
    const [point] = measurement.points;
    assert.ok(point);
    await memory.set(settings.quality.hold, true);
    await usePoint(memory.reader, point);
    const knobs = readKnobs(memory, []);
    assert.deepEqual(
      [knobs.mode, knobs.selector, knobs.density, knobs.hold],
      ['fast', point.selector, point.density, false],
    );
    assert.equal(modeForPoint('balanced'), 'balanced');
  });
});
