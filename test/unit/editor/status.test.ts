import assert from 'node:assert/strict';
import type { EngineState } from '../../../src/contract/engine-info.js';
import { chosenModel } from '../../../src/editor/models/chosen.js';
import { sizeText } from '../../../src/editor/models/size.js';
import { powerOfSupplies } from '../../../src/editor/completion/battery.js';
import { statusKind } from '../../../src/editor/status/view.js';
import type { CatalogueModel, ModelListing } from '../../../src/contract/models.js';

describe('status bar', () => {
  const model = { name: 'm' };
  const ready = { kind: 'ready', model } as unknown as EngineState;

  for (const { name, engine, completion, kind } of [
    { name: 'ready', engine: ready, completion: 'on', kind: 'ready' },
    { name: 'off', engine: ready, completion: 'off', kind: 'off' },
    { name: 'snoozed', engine: ready, completion: 'snoozed', kind: 'snoozed' },
    { name: 'no model yet', engine: { kind: 'no-model' }, completion: 'on', kind: 'no-model' },
    { name: 'unloaded', engine: { kind: 'unloaded', reason: 'idle' }, completion: 'on', kind: 'asleep' },
    {
      name: 'trouble shows although off',
      engine: { kind: 'error', message: 'm' },
      completion: 'off',
      kind: 'error',
    },
    {
      name: 'loading shows although off',
      engine: { kind: 'loading', path: 'p', step: 'weights', progress: 0.5 },
      completion: 'off',
      kind: 'loading',
    },
  ] as const)
    it(name, () => assert.equal(statusKind({ engine, completion }).kind, kind));

  it('progress is a whole percentage, whatever the engine says', () => {
    for (const [progress, percent] of [
      [0.426, 43],
      [-1, 0],
      [7, 100],
    ] as const)
      for (const step of ['checking', 'weights'] as const)
        assert.deepEqual(
          statusKind({ engine: { kind: 'loading', path: 'p', step, progress }, completion: 'on' }),
          { kind: 'loading', step, percent },
        );
  });
});

describe('choice of a model', () => {
  const status = (id: string, path: string | null) => ({
    model: { id } as CatalogueModel,
    path,
    partialBytes: 0,
  });
  const listing = (...models: ReturnType<typeof status>[]): ModelListing => ({
    folder: '/models',
    models,
    recommended: 'big',
    defaultId: 'small',
  });

  it('a setting names it', () => {
    assert.equal(chosenModel(listing(status('a', null), status('b', '/b')), 'a')?.model.id, 'a');
    assert.equal(chosenModel(listing(status('a', '/a')), 'gone'), undefined);
  });

  it('without a setting: the recommended one where it is here, else the default, else any that is here', () => {
    assert.equal(chosenModel(listing(status('small', '/s'), status('big', '/b')), '')?.model.id, 'big');
    assert.equal(chosenModel(listing(status('small', '/s'), status('big', null)), '')?.model.id, 'small');
    assert.equal(
      chosenModel(listing(status('small', null), status('big', null), status('own', '/o')), '')?.model.id,
      'own',
    );
  });

  it('with nothing here: the default, which is small, is what is fetched', () => {
    assert.equal(chosenModel(listing(status('small', null), status('big', null)), '')?.model.id, 'small');
  });
});

describe('small words', () => {
  it('sizes', () => {
    assert.deepEqual([0, 999, 1000, 92_000_000, 1_640_000_000].map(sizeText), [
      '0 B',
      '999 B',
      '1.0 KB',
      '92.0 MB',
      '1.6 GB',
    ]);
  });

  it('power', () => {
    assert.equal(powerOfSupplies([]), 'mains');
    assert.equal(powerOfSupplies([{ type: 'Battery', status: 'Discharging' }]), 'battery');
    assert.equal(
      powerOfSupplies([
        { type: 'Mains', online: '1' },
        { type: 'Battery', status: 'Full' },
      ]),
      'mains',
    );
    assert.equal(
      powerOfSupplies([
        { type: 'Mains', online: '0' },
        { type: 'Battery', status: 'Discharging' },
      ]),
      'battery',
    );
  });
});
