import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineClient } from '../../src/engine/client/index.js';
import { complete, exampleCode, loadRequest, newClient } from './support.js';

/** Selectors with a measured ratio, once there are some. */
async function measured(client: EngineClient): Promise<ReadonlyMap<string, number>> {
  for (let tries = 0; tries < 1000; tries++) {
    const { state } = client;
    if (state.kind === 'ready' || state.kind === 'working') {
      const found = state.model.selectors.flatMap(({ selector, measuredRatio }): [string, number][] =>
        measuredRatio === undefined ? [] : [[selector, measuredRatio]],
      );
      if (found.length > 0) return new Map(found);
    }
    await delay(50);
  }
  throw new Error('nothing was measured');
}

describe('First use of a model', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'first-use-'));
  after(() => rmSync(folder, { recursive: true }));
  const load = () => loadRequest({ sparseLayouts: true, probe: 'first-use' });

  it('measures in the background while completions go first, and remembers', async () => {
    const first = newClient({ env: { SPARSE_PILOT_MODELS: folder } });
    try {
      await first.loadModel(load());
      assert.ok((await complete(first, exampleCode)).text.length > 0);
      const ratios = await measured(first);
      assert.ok(
        ratios.has('rolling') && [...ratios.values()].every((ratio) => ratio > 0),
        [...ratios].join(),
      );
      await first.dispose();
      const second = newClient({ env: { SPARSE_PILOT_MODELS: folder } });
      try {
        await second.loadModel(load());
        assert.deepEqual(await measured(second), ratios);
      } finally {
        await second.dispose();
      }
    } finally {
      await first.dispose();
    }
  });
});
