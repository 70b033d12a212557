import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { eventually, pickRow } from './patience.js';

const files = {
  'sum.ts': 'export const sum = (a: number, b: number): number => ',
  'sum.py': 'def sum(a, b):\n    return ',
};

/** Settings as a person writes them into files, in a window that stays open. */
describe('settings in the workbench', function () {
  this.timeout(180_000);
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.start({
      name: 'settings',
      files,
      settings: { 'sparsePilot.mode': 'dense', 'files.autoSave': 'off' },
    });
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
    for (const key of ['Escape', 'Escape']) await bench.page.keyboard.press(key);
  });

  const workspaceFile = () => path.join(bench.folder, '.vscode', 'settings.json');
  /** Writes the workspace's settings, as a person does by hand. */
  async function workspace(values: Readonly<Record<string, unknown>>): Promise<void> {
    await mkdir(path.dirname(workspaceFile()), { recursive: true });
    await writeFile(workspaceFile(), JSON.stringify(values));
  }

  /** Opens the status bar's menu until it has a row with this text. */
  async function menuSays(row: string): Promise<void> {
    await eventually(async () => {
      await bench.statusItem(/Sparse/).click();
      const found = bench.page.locator('.quick-input-list .monaco-list-row', { hasText: row });
      const shown = await found
        .first()
        .waitFor({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
      await bench.page.keyboard.press('Escape');
      assert.ok(shown, row);
    });
  }

  it('a workspace’s value holds over the user’s at once, and the user’s again when it is cleared', async () => {
    await bench.openFile('sum.ts');
    await menuSays('Mode: Dense');
    await workspace({ 'sparsePilot.mode': 'fast' });
    await menuSays('Mode: Fast');
    await rm(workspaceFile());
    await menuSays('Mode: Dense');
  });

  it('switches the profile from the status bar, and everything in it holds at once', async () => {
    await bench.openFile('sum.ts');
    for (const [profile, mode] of [
      ['Battery', 'Balanced'],
      ['Standard', 'Exact'],
    ] as const) {
      await bench.statusItem(/Sparse/).click();
      await bench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Profile: ' }).click();
      await pickRow(bench, 'Switch Settings Profile', profile);
      await menuSays(`Profile: ${profile}`);
      await menuSays(`Mode: ${mode}`);
    }
  });

  it('a language’s value holds in its files, and no more when it is cleared', async () => {
    await workspace({ '[python]': { 'sparsePilot.completion.enabled': false } });
    await bench.openFile('sum.py');
    await bench.statusItem(/Sparse off/).waitFor();
    await bench.picture('off-in-python');
    await bench.openFile('sum.ts');
    await bench.statusItem(/Sparse off/).waitFor({ state: 'detached' });
    await bench.openFile('sum.py');
    await bench.statusItem(/Sparse off/).waitFor();
    await workspace({});
    await bench.statusItem(/Sparse off/).waitFor({ state: 'detached' });
  });

  it('a bad value is answered once, with what is wrong and the default that is used, and its setting is one click away', async () => {
    await workspace({ 'sparsePilot.completion.maxLines': 'many' });
    await bench.openFile('sum.ts', 1, 54);
    await bench.page.keyboard.press('Alt+Backslash');
    const message = bench.page.locator('.notification-toast', { hasText: 'sparsePilot.completion.maxLines' });
    await message.waitFor({ timeout: 60_000 });
    await bench.picture('bad-value');
    assert.match(await message.innerText(), /is "many", but must be .*Using 12 instead\./u);
    await bench.page.keyboard.press('Alt+Backslash');
    assert.equal(await message.count(), 1);
    await message.getByText('Open Settings').click();
    await bench.page.locator('.settings-editor .setting-item', { hasText: 'Max Lines' }).first().waitFor();
    await bench.picture('bad-value-in-settings');
  });
});
