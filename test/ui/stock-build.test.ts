import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { suggestionIn } from './ghost-text.js';

/** The real prebuilt binaries that the package carries, where our own build is not. */
describe('without our native build', function () {
  this.timeout(240_000);
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.start({
      name: 'stock',
      size: { width: 1400, height: 1000 },
      files: { 'sum.ts': 'export const one = 1;\nexport const two = one + one;\nexport const three = two +' },
      settings: {
        'sparsePilot.mode': 'fast',
        'sparsePilot.sparsity.selector': 'cats',
        'sparsePilot.completion.minConfidence': 0,
        'sparsePilot.completion.maxTokens': 8,
        'sparsePilot.completion.alternatives': 1,
      },
      machineSettings: {
        'sparsePilot.engine.binaries': await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-no-build-')),
      },
    });
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
  });

  it('suggests all the same', async () => {
    await bench.openFile('sum.ts');
    await bench.page.keyboard.press('Control+End');
    assert.notEqual(await suggestionIn(bench), '');
  });

  it('says in the panel that it is dense only, and why no selector runs', async () => {
    await bench.runCommand('Sparse Pilot: Open Speed and Quality Panel');
    const panel = bench.webview();
    const warning = panel.locator('.model .warning', { hasText: 'Dense only' });
    await warning.waitFor({ timeout: 60_000 });
    assert.match(await warning.innerText(), /the build in \S*sparse-pilot-no-build-\S* cannot be opened/u);
    await panel.locator('summary', { hasText: 'Off on this machine' }).first().click();
    await panel
      .locator('#root')
      .getByText(/stock native build/u)
      .first()
      .waitFor();
    await bench.picture('panel');
  });
});
