import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { notifications, requests, type EngineState } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, hasCode, loadRequest, newClient } from './support.js';

const small = { selectors: ['cats'], densities: [0.9, 0.5], tokens: 16, runs: 1 } as const;

describe('Measuring on the real model', function () {
  this.timeout(300_000);
  let client: EngineClient;
  let folder: string;
  before(async () => {
    // what is measured here in haste is not for those who use this machine's models
    folder = mkdtempSync(path.join(tmpdir(), 'sparse-pilot-measure-'));
    client = newClient({ env: { SPARSE_PILOT_MODELS: folder } });
    await client.loadModel(loadRequest({ sparseLayouts: true, contextSize: 1024 }));
  });
  after(async () => {
    await client.dispose();
    rmSync(folder, { recursive: true });
  });

  it('finds that keeping less loses more and reads less, and tells the selectors’ ratios', async () => {
    const states: EngineState[] = [];
    const told: number[] = [];
    client.onState((state) => states.push(state));
    client.on(notifications.progress, ({ done }) => told.push(done));
    const { rows, dense } = await client.request(requests.sweep, small);
    const [much, little] = rows;
    assert.ok(much && little && rows.length === 2);
    assert.ok(much.kl < little.kl && much.kl >= 0, `${much.kl} ${little.kl}`);
    assert.ok(much.bytesPerToken > little.bytesPerToken);
    assert.ok(dense.tokensPerSecond > 0 && much.ratio > 0);
    assert.ok(told.length > 2 && told.at(-1) === 2);
    assert.ok(states.some((state) => state.kind === 'working' && state.sequence === 'measurement'));
    const ready = client.state;
    assert.ok(ready.kind === 'ready');
    assert.ok((ready.model.selectors.find(({ selector }) => selector === 'cats')?.measuredRatio ?? 0) > 0);
  });

  it('leaves the cache of completion alone, and lets a completion go first', async () => {
    const alone = await complete(client, exampleCode);
    let done = false;
    const sweeping = client.request(requests.sweep, small).finally(() => (done = true));
    const meanwhile = await complete(client, exampleCode);
    assert.equal(done, false);
    assert.equal(meanwhile.text, alone.text);
    assert.ok(meanwhile.tokens.reused >= alone.tokens.prompt - 1);
    await sweeping;
  });

  it('ends when it is cancelled, and the engine goes on', async () => {
    const stop = new AbortController();
    const sweeping = client.request(requests.sweep, {}, stop.signal);
    setTimeout(() => stop.abort(), 500);
    await assert.rejects(sweeping, hasCode('cancelled'));
    assert.notEqual((await complete(client, exampleCode)).text, '');
  });

  it('refuses to calibrate on a folder without code', async () => {
    await assert.rejects(
      client.request(requests.calibrate, { folder: '/nowhere/at/all' }),
      hasCode('bad-request', /too little source code/),
    );
  });

  it('holds the quality asked for: dense probes reach the controller', async () => {
    const seen: string[] = [];
    client.on(notifications.live, ({ quality, drift }) => {
      if (quality !== undefined && drift !== null) seen.push(quality.phase);
    });
    await complete(client, exampleCode, {
      stop: { maxTokens: 24 },
      sparsity: { selector: 'chess', density: 0.6, quality: { metric: 'kl', limit: 1 } },
      correction: { mode: 'fast' },
    });
    assert.ok(seen.length > 0);
  });
});
