import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requests, type EngineState } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, hasCode, loadRequest, newClient, testModel } from './support.js';

describe('Cancelling a load', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cancel-load-'));
  /** The test model with a gigabyte of holes behind it: checking it takes a while. */
  const long = path.join(folder, 'long.gguf');
  let client: EngineClient;
  const states: EngineState[] = [];

  before(() => {
    copyFileSync(testModel(), long);
    truncateSync(long, 1_100_000_000);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    states.length = 0;
    client = newClient({ env: { SPARSE_PILOT_MODELS: folder } });
    client.onState((state) => states.push(state));
  });
  afterEach(async () => {
    await client.dispose();
    assert.ok(!states.some(({ kind }) => kind === 'error'), 'an error was shown');
  });

  /** Does something once, at the first state that fits. */
  function once(fits: (state: EngineState) => boolean, work: () => void): void {
    const stop = client.onState((state) => {
      if (!fits(state)) return;
      stop();
      work();
    });
  }
  const checking = (state: EngineState) => state.kind === 'loading' && state.step === 'checking';

  it('while its file is checked leaves the model of before in memory', async () => {
    await client.loadModel(loadRequest());
    const before = client.state;
    const stop = new AbortController();
    once(checking, () => stop.abort());
    await assert.rejects(client.loadModel(loadRequest({ path: long }), stop.signal), hasCode('cancelled'));
    assert.deepEqual(await client.request(requests.state, null), before);
    const loads = states.filter(({ kind }) => kind === 'loading').length;
    assert.ok((await complete(client, exampleCode)).tokens.generated > 0);
    assert.equal(states.filter(({ kind }) => kind === 'loading').length, loads, 'nothing was loaded again');
  });

  it('of the first model leaves none, and the next load works', async () => {
    once(
      ({ kind }) => kind === 'loading',
      () => client.cancelLoad(),
    );
    await assert.rejects(client.loadModel(loadRequest({ path: long })), hasCode('cancelled'));
    assert.deepEqual(await client.request(requests.state, null), { kind: 'no-model' });
    await client.loadModel(loadRequest());
    assert.ok((await complete(client, exampleCode)).tokens.generated > 0);
  });

  it('because another model is chosen loads the other', async () => {
    const stop = new AbortController();
    const first = client.loadModel(loadRequest({ path: long }), stop.signal);
    const refused = assert.rejects(first, hasCode('cancelled'));
    await new Promise<void>((resolve) => once(checking, resolve));
    stop.abort();
    const chosen = await client.loadModel(loadRequest());
    await refused;
    assert.equal(chosen.identity.path, testModel());
  });

  it('because the engine is restarted ends at once', async () => {
    const stop = new AbortController();
    const loading = assert.rejects(
      client.loadModel(loadRequest({ path: long }), stop.signal),
      hasCode('cancelled'),
    );
    await new Promise<void>((resolve) => once(checking, resolve));
    stop.abort();
    await client.restart();
    await loading;
    assert.deepEqual(await client.request(requests.state, null), { kind: 'no-model' });
  });

  it('is not what a request does that is given up while an idle model is loaded again', async () => {
    await client.loadModel(loadRequest({ idleUnloadMinutes: 0.002 }));
    await new Promise<void>((resolve) => once(({ kind }) => kind === 'unloaded', resolve));
    const stop = new AbortController();
    once(
      ({ kind }) => kind === 'loading',
      () => stop.abort(),
    );
    const given = { id: 'given-up', path: 'a.ts', languageId: 'typescript', prefix: exampleCode, suffix: '' };
    const shape = { kind: 'line' } as const;
    await client
      .request(requests.complete, { ...given, context: [], shape }, stop.signal)
      .catch((error: unknown) => assert.ok(hasCode('cancelled')(error)));
    assert.ok((await complete(client, exampleCode)).tokens.generated > 0);
  });

  it('a load does not keep those waiting who need no model', async () => {
    const loading = client.loadModel(loadRequest({ path: long }));
    const cancelled = assert.rejects(loading, hasCode('cancelled'));
    await new Promise<void>((resolve) => once(checking, resolve));
    const { folder: listed } = await client.request(requests.listModels, null);
    assert.equal(listed, folder);
    assert.equal(client.state.kind, 'loading', 'the list came while the model was loading');
    client.cancelLoad();
    await cancelled;
  });
});
