import assert from 'node:assert/strict';
import type { LiveSample } from '../../../src/contract/index.js';
import { LiveMeter, progressFacts, type LiveFacts } from '../../../src/engine/generation/live-meter.js';
import { VramWatch } from '../../../src/engine/host/vram.js';

const progress = {
  drafted: 12,
  accepted: 9,
  rollbacks: 1,
  probes: 2,
  probeDivergence: 0.06,
  densityPerLayer: [0.4, 0.6],
};
const facts = (live = progressFacts(undefined)): LiveFacts => ({
  ...live,
  firstTokenMs: 30,
  threads: 2,
  quality: undefined,
  vramBytes: undefined,
});

describe('Live samples', () => {
  it('tell of the stream that runs, not of the one before', () => {
    let time = 0;
    const sent: LiveSample[] = [];
    const meter = new LiveMeter(
      (sample) => sent.push(sample),
      () => (time += 150),
    );
    meter.count(1, () => facts(progressFacts(progress)));
    meter.end(40, facts(progressFacts(progress)));
    meter.count(1, () => facts());
    const [first, last, next] = sent;
    assert.deepEqual(first?.densityPerLayer, [0.4, 0.6]);
    assert.equal(first?.density, 0.5);
    assert.deepEqual([first?.drafted, first?.accepted, first?.rollbacks, first?.drift], [12, 9, 1, 0.03]);
    assert.equal(last?.tokensPerSecond, 40);
    assert.deepEqual([next?.drafted, next?.drift, next?.density], [0, null, 1]);
    assert.deepEqual(next?.densityPerLayer, []);
  });

  it('come ten times a second at most', () => {
    let time = 0;
    let sent = 0;
    const meter = new LiveMeter(
      () => sent++,
      () => (time += 10),
    );
    for (let token = 0; token < 100; token++) meter.count(1, facts);
    assert.equal(sent, 10);
  });
});

describe('GPU memory', () => {
  it('is asked for once a second, told from then on, and unknown when the driver fails', async () => {
    let time = 0;
    let asked = 0;
    let fails = false;
    const watch = new VramWatch(
      {
        gpu: 'cuda',
        getVramState: () => {
          asked++;
          return fails ? Promise.reject(new Error('gone')) : Promise.resolve({ used: 7 * asked });
        },
      },
      () => time,
    );
    assert.equal(watch.usedBytes, undefined);
    await Promise.resolve();
    assert.equal(watch.usedBytes, 7);
    assert.equal(asked, 1);
    time = 1000;
    fails = true;
    assert.equal(watch.usedBytes, 7);
    await new Promise(setImmediate);
    assert.equal(watch.usedBytes, undefined);
    assert.equal(asked, 2);
  });

  it('is nothing without a GPU', () => {
    const watch = new VramWatch({ gpu: false, getVramState: () => assert.fail('nobody asks') });
    assert.equal(watch.usedBytes, undefined);
  });
});
