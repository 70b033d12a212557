import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { catalogue, defaultModelId } from '../../src/contract/index.js';
import { modelFolder } from '../../src/engine/models/folder.js';
import { oneShortSuggestion, suggestionIn } from './ghost-text.js';
import { eventually } from './patience.js';

const source = 'export const one = 1;\nexport const two = one + one;\nexport const three = two +';

describe('loading a model', function () {
  this.timeout(300_000);
  let bench: Workbench;
  let folder: string;
  /** The default model with holes behind it: checking it takes many seconds. */
  let long: string;
  let truncated: string;
  const fileName = catalogue.find(({ id }) => id === defaultModelId)?.fileName ?? '';
  const small = path.join(modelFolder(process.env), fileName);

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-loading-'));
    long = path.join(folder, 'long.gguf');
    truncated = path.join(folder, 'truncated.gguf');
    for (const file of [long, truncated]) await copyFile(small, file);
    await truncate(long, Math.floor(Math.min(8e9, 0.9 * os.totalmem())));
    await truncate(truncated, 40_000_000);
    bench = await Workbench.start({
      name: 'loading',
      files: { 'sum.ts': source },
      settings: { ...oneShortSuggestion, 'files.simpleDialog.enable': true },
    });
    await bench.page.evaluate(watchStatus);
  });
  after(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
  });

  const shown = () => bench.page.evaluate<readonly string[]>('window.statusTexts');
  const toasts = () => bench.page.locator('.notifications-toasts .notification-list-item');
  const chosenFile = async () =>
    (JSON.parse(await readFile(bench.machineSettingsFile, 'utf8')) as Record<string, unknown>)[
      'sparsePilot.models.file'
    ] ?? '';

  /** Through the menus, as a person does it. */
  async function choose(file: string): Promise<void> {
    await bench.runCommand('Sparse Pilot: Choose a GGUF File on This Machine');
    const dialog = bench.page.locator('.quick-input-widget', { hasText: 'Choose a GGUF File' });
    await dialog.waitFor();
    const input = dialog.locator('input').first();
    // the dialog writes its own folder there, at a moment of its own
    await eventually(async () => {
      await input.fill(file);
      await bench.page.waitForTimeout(700);
      assert.equal(await input.inputValue(), file);
    });
    await input.press('Enter');
  }

  it('is told in the status bar from the first question to the answer', async () => {
    await bench.openFile('sum.ts');
    await bench.page.keyboard.press('Control+End');
    assert.notEqual(await suggestionIn(bench), '');
    await bench.statusItem(/Sparse ready/u).waitFor();
    const texts = await shown();
    assert.ok(
      texts.some((text) => /Sparse \d+%/u.test(text)),
      texts.join(),
    );
    assert.ok(
      texts.some((text) => /Sparse working/u.test(text)),
      texts.join(),
    );
    assert.deepEqual(
      texts.filter((text) => /error/u.test(text)),
      [],
    );
  });

  it('shows how far it is, and can be cancelled: then the model of before answers, and nothing is wrong', async () => {
    await choose(long);
    const notice = toasts().filter({ hasText: 'Loading the model' });
    await notice.getByText(/checking long\.gguf, \d+%/u).waitFor();
    await bench.statusItem(/Sparse \d+%/u).waitFor();
    await bench.picture('notice');
    await notice.getByText('Cancel', { exact: true }).click();
    await bench.statusItem(/Sparse ready/u).waitFor();
    await eventually(async () => assert.equal(await chosenFile(), ''));
    await eventually(async () => assert.equal(await toasts().count(), 0));
    await bench.picture('cancelled');
    await bench.editor.click();
    await bench.page.keyboard.press('Control+End');
    await bench.page.keyboard.press('Escape');
    await bench.page.keyboard.type(' ');
    assert.notEqual(await suggestionIn(bench), '');
  });

  it('can be cancelled in the menu as well', async () => {
    await choose(long);
    await bench.statusItem(/Sparse \d+%/u).click();
    await bench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Cancel loading the model' })
      .click();
    await bench.statusItem(/Sparse ready/u).waitFor();
    await eventually(async () => assert.equal(await chosenFile(), ''));
    assert.deepEqual(
      (await shown()).filter((text) => /error/u.test(text)),
      [],
    );
  });

  it('begins anew when the engine is restarted meanwhile, and can be cancelled then too', async () => {
    await choose(long);
    const notice = toasts().filter({ hasText: 'Loading the model' });
    await notice.getByText(/checking long\.gguf, \d+%/u).waitFor();
    await bench.runCommand('Sparse Pilot: Restart Engine');
    await eventually(async () => assert.ok((await shown()).includes('Sparse starting')));
    await notice
      .getByText(/checking long\.gguf, \d+%/u)
      .first()
      .waitFor();
    await bench.runCommand('Sparse Pilot: Cancel Loading the Model');
    await eventually(async () => assert.equal(await chosenFile(), ''));
    await eventually(async () => assert.equal(await toasts().count(), 0));
    await bench.editor.click();
    await bench.page.keyboard.press('Control+End');
    await bench.page.keyboard.press('Backspace');
    assert.notEqual(await suggestionIn(bench), '');
    await bench.statusItem(/Sparse ready/u).waitFor();
    assert.deepEqual(
      (await shown()).filter((text) => /error/u.test(text)),
      [],
    );
  });

  it('that fails is told in words and in the status bar, and another file puts it right', async () => {
    await choose(truncated);
    await bench.statusItem(/Sparse error/u).waitFor();
    await toasts()
      .filter({ hasText: /incomplete|of \d+ bytes/u })
      .waitFor();
    await bench.picture('error');
    await choose(small);
    await bench.statusItem(/Sparse ready/u).waitFor();
  });
});

/** Collects what the status bar item says, in the page: states pass sooner than a test can look. */
const watchStatus = `{
  const texts = [];
  window.statusTexts = texts;
  const look = () => {
    for (const item of document.querySelectorAll('.statusbar-item')) {
      const text = (item.textContent ?? '').trim();
      if (/^Sparse /u.test(text) && texts.at(-1) !== text) texts.push(text);
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}`;
