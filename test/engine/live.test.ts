import assert from 'node:assert/strict';
import { notifications, type LiveSample, type SparsityRequest } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, loadRequest, newClient } from './support.js';

const cats: SparsityRequest = { selector: 'cats', density: 0.5 };
const long = { maxTokens: 64 };

describe('Live samples of the engine', () => {
  let client: EngineClient;
  let layers: number;
  let samples: LiveSample[] = [];
  before(async () => {
    client = newClient();
    ({ layers } = await client.loadModel(loadRequest({ sparseLayouts: true })));
    client.on(notifications.live, (sample) => samples.push(sample));
  });
  beforeEach(() => {
    samples = [];
  });
  after(() => client.dispose());

  it('tell the density of each layer while the stream runs, and nothing of it in the next one', async () => {
    await complete(client, exampleCode, { stop: long, sparsity: cats, correction: { mode: 'fast' } });
    const running = samples.slice(0, -1).filter(({ densityPerLayer }) => densityPerLayer.length === layers);
    assert.ok(running.length > 0, `${samples.length} samples, none of a running stream has densities`);
    for (const { density } of running) assert.ok(density > 0.2 && density < 0.9, String(density));
    samples = [];
    await complete(client, exampleCode, { stop: long });
    assert.ok(samples.length > 0);
    for (const sample of samples) assert.deepEqual([sample.density, sample.densityPerLayer], [1, []]);
  });

  it('count the drafts while the stream runs', async () => {
    const repeated = `${exampleCode}\n\n`.repeat(4);
    const result = await complete(client, repeated, {
      stop: long,
      correction: { mode: 'exact', drafter: 'ngram' },
    });
    assert.ok(result.speculation.drafted > 0, JSON.stringify(result.speculation));
    const last = samples.at(-1);
    assert.equal(last?.drafted, result.speculation.drafted);
    const running = samples.slice(0, -1).map(({ drafted }) => drafted);
    assert.ok(
      running.every((drafted, index) => drafted >= (running[index - 1] ?? 0)),
      running.join(' '),
    );
    assert.ok(
      running.every((drafted) => drafted <= result.speculation.drafted),
      running.join(' '),
    );
  });

  it('tell how far the drafts of Balanced are from the dense model, from its checks', async () => {
    await complete(client, exampleCode, {
      stop: { maxTokens: 96 },
      sparsity: cats,
      correction: { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 4 } },
    });
    const drift = samples.at(-1)?.drift ?? null;
    assert.ok(drift !== null && drift >= 0, `drift ${String(drift)}`);
  });

  it('tell the memory of the process, and no GPU memory without a GPU', async () => {
    await complete(client, exampleCode);
    const [sample] = samples;
    assert.ok((sample?.residentBytes ?? 0) > 50 * 2 ** 20);
    assert.equal(sample?.vramBytes, undefined);
  });
});
