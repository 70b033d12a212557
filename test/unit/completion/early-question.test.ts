import assert from 'node:assert/strict';
import { EarlyQuestion } from '../../../src/editor/completion/core/early-question.js';

describe('a question put before there is a model', () => {
  function desk() {
    const again: string[] = [];
    const model = { there: false };
    const early = new EarlyQuestion<string>(
      () => model.there,
      (place) => again.push(place),
    );
    const load = (): void => {
      model.there = true;
      early.loaded();
    };
    return { again, early, load, model };
  }

  it('is put again, once, when "still loading" was all it heard', () => {
    const { again, early, load } = desk();
    early.asked('here')('model-loading');
    assert.deepEqual(again, []);
    load();
    early.loaded();
    assert.deepEqual(again, ['here']);
  });

  it('is put again when it waited for the model and was dropped meanwhile', () => {
    const { again, early, load } = desk();
    const ended = early.asked('here');
    early.loaded();
    load();
    assert.deepEqual(again, [], 'it is still waiting');
    ended('superseded');
    assert.deepEqual(again, ['here']);
  });

  it('is not put again when it was answered, or had a reason of its own', () => {
    for (const outcome of ['shown', 'empty', 'filtered', 'disabled', 'no-model', 'error'] as const) {
      const { again, early, load } = desk();
      const ended = early.asked('here');
      load();
      ended(outcome);
      early.loaded();
      assert.deepEqual(again, [], outcome);
    }
  });

  it('gives way to a later one', () => {
    const { again, early, load } = desk();
    const first = early.asked('here');
    const second = early.asked('there');
    first('superseded');
    load();
    assert.deepEqual(again, []);
    second('model-loading');
    assert.deepEqual(again, ['there']);
  });

  it('is a matter of loading only: with a model at hand nothing is put again', () => {
    const { again, early, load } = desk();
    load();
    early.asked('here')('superseded');
    early.loaded();
    assert.deepEqual(again, []);
  });

  it('waits for the next model when the one that was there has gone', () => {
    const { again, early, model, load } = desk();
    load();
    model.there = false;
    early.asked('here')('cancelled');
    early.loaded();
    assert.deepEqual(again, []);
    load();
    assert.deepEqual(again, ['here']);
  });
});
