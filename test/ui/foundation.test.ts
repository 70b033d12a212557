import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';

describe('completion in the installed extension', function () {
  this.timeout(180_000);
  let bench: Workbench;
  const file = 'contract/modes.ts';
  const typed = 'export type ModeName = ';

  before(async () => {
    // The suggestion alone: no list of names that Tab would take first, no bracket typed on the person's behalf.
    const settings = { 'editor.quickSuggestions': false, 'editor.autoClosingBrackets': 'never' };
    bench = await Workbench.start({ name: 'foundation', settings });
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
  });

  const status = (label: string | RegExp) => bench.statusItem(label);

  it('shows its state in the status bar before anything is loaded', async () => {
    await status(/Sparse/).waitFor();
    await bench.picture('idle');
  });

  it('shows ghost text of the real model while a person types in a real file', async () => {
    await bench.openFile(file, 29, 1);
    await bench.page.keyboard.press('Control+End');
    await bench.page.keyboard.press('Enter');
    await bench.page.keyboard.type(typed, { delay: 60 });
    await untilGhostText(bench);
    await status(/ready/).waitFor();
    await bench.picture('ghost-text');
  });

  it('takes the suggestion with Tab', async () => {
    const withSuggestion = await lineWith(bench, typed);
    assert.ok(withSuggestion.length > typed.length, 'nothing is suggested');
    await bench.page.keyboard.press('Tab');
    await bench.page.keyboard.press('Control+S');
    await bench.picture('accepted');
    const saved = await savedText(bench, file, withSuggestion);
    assert.ok(saved.includes(withSuggestion), `${JSON.stringify(withSuggestion)} is not in the saved file`);
  });

  it('says off while suggestions are off, and shows none', async () => {
    await bench.runCommand('Sparse Pilot: Turn Suggestions On or Off');
    await status(/off/).waitFor();
    await bench.picture('off');
    await bench.editor.click();
    await bench.page.keyboard.press('Control+End');
    await bench.page.keyboard.press('Enter');
    await bench.page.keyboard.type('export const drafters = ', { delay: 60 });
    await bench.page.waitForTimeout(3000);
    assert.equal(await bench.ghostText.count(), 0);
    await bench.runCommand('Sparse Pilot: Turn Suggestions On or Off');
    await status(/ready/).waitFor();
  });

  it('opens its menu from the status bar', async () => {
    await status(/ready/).click();
    await bench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Restart engine' }).waitFor();
    await bench.picture('menu');
    await bench.page.keyboard.press('Escape');
  });
});

/** Types on, a character at a time, until a suggestion shows: the model is loaded by the first request for one. */
async function untilGhostText(bench: Workbench): Promise<void> {
  for (const character of '(typeof modes)[number];\nexport const firstMode: ModeName = modes[0];\n') {
    const shown = await bench.ghostText
      .first()
      .waitFor({ timeout: 5000 })
      .then(
        () => true,
        () => false,
      );
    if (shown) return;
    await bench.page.keyboard.type(character);
  }
  throw new Error('No ghost text was shown');
}

/** The visible line that starts so, ghost text included. */
async function lineWith(bench: Workbench, start: string): Promise<string> {
  const lines = (await bench.visibleText()).split('\n');
  return (lines.find((line) => line.startsWith(start)) ?? '').trimEnd();
}

/** What is on disk, once it holds the text or after ten seconds. */
async function savedText(bench: Workbench, file: string, wanted: string): Promise<string> {
  let text = '';
  for (let attempt = 0; attempt < 20; attempt++) {
    text = await readFile(path.join(bench.folder, file), 'utf8');
    if (text.includes(wanted)) break;
    await bench.page.waitForTimeout(500);
  }
  return text;
}
