import assert from 'node:assert/strict';
import { loadPlan, type LoadAttempt } from '../../../src/engine/host/load-plan.js';
import { firstThatFits } from '../../../src/engine/host/step-down.js';

const layers = 28;

/** A machine with room for so many layers on its GPU and so many positions. */
const machine = (room: { readonly layers: number; readonly positions: number }) => {
  const tried: LoadAttempt[] = [];
  const load = async (attempt: LoadAttempt): Promise<LoadAttempt> => {
    tried.push(attempt);
    const onGpu = attempt.gpuLayers ?? layers + 1;
    if (onGpu > room.layers || Number(attempt.contextSize) > room.positions) throw new Error('out of memory');
    return attempt;
  };
  return { tried, load };
};
const isOutOfMemory = (error: unknown) => error instanceof Error && error.message === 'out of memory';

describe('a load for which there is too little memory', () => {
  const plan = loadPlan({ contextSize: 4096 }, layers, 32_768, true);

  it('goes down to half of the GPU layers before it leaves the GPU', async () => {
    const { tried, load } = machine({ layers: 20, positions: 8192 });
    const fitted = await firstThatFits(plan, load, isOutOfMemory);
    assert.equal(fitted?.loaded.gpuLayers, 14);
    assert.deepEqual(fitted.steps, ['the GPU has too little memory: only 14 of 28 layers run on it']);
    assert.equal(tried.length, 2);
  });

  it('leaves the GPU, then shortens the context, and tells the last two steps', async () => {
    const { load } = machine({ layers: 5, positions: 1024 });
    const fitted = await firstThatFits(plan, load, isOutOfMemory);
    assert.deepEqual([fitted?.loaded.gpuLayers, fitted?.loaded.contextSize], [0, 1024]);
    assert.match(fitted?.steps.join() ?? '', /from 4096 to 2048.*from 4096 to 1024/);
  });

  it('says nothing where all fits, and gives up where nothing does', async () => {
    assert.deepEqual(
      (await firstThatFits(plan, machine({ layers: 99, positions: 8192 }).load, isOutOfMemory))?.steps,
      [],
    );
    assert.equal(
      await firstThatFits(plan, machine({ layers: 99, positions: 100 }).load, isOutOfMemory),
      null,
    );
  });

  it('is not what another failure is taken for', async () => {
    const broken = () => Promise.reject(new Error('unknown tensor'));
    await assert.rejects(firstThatFits(plan, broken, isOutOfMemory), /unknown tensor/);
  });
});
