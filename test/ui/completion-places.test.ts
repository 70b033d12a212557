import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { enginesOf } from './engine-processes.js';
import { ghostTextIn, oneShortSuggestion, suggestionIn } from './ghost-text.js';
import { eventually } from './patience.js';

const sums = `export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

`;

const files = {
  'locked.ts': `${sums}export const locked = sum(`,
  'cursors.ts': `${sums}export const one = \nexport const two = \n`,
  'after.ts': `${sums}export const three = sum([1, 2`,
  'notes.ipynb': JSON.stringify({
    cells: [
      {
        cell_type: 'code',
        execution_count: null,
        id: 'first',
        metadata: {},
        outputs: [],
        source: ['def add(a, b):\n', '    return a + b\n', '\n', 'def subtract(a, b):\n', '    return a'],
      },
    ],
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  }),
};

/** Editors that are not one plain file with one cursor. */
describe('inline completion in read-only files, notebook cells and at several cursors', function () {
  this.timeout(240_000);
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.start({
      name: 'completion-places',
      files,
      settings: {
        ...oneShortSuggestion,
        'files.autoSave': 'off',
        'files.readonlyInclude': { '**/locked.ts': true },
        'sparsePilot.completion.prepareNext': false,
      },
    });
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture('failure');
    for (const key of ['Escape', 'Escape']) await bench.page.keyboard.press(key);
  });

  const press = (key: string) => bench.page.keyboard.press(key);

  it('asks nothing in a read-only file, and says why', async () => {
    await bench.openFile('locked.ts');
    await press('Control+End');
    await press('Alt+Backslash');
    await bench.page.locator('.notification-toast', { hasText: 'The file is read-only' }).waitFor();
    await bench.picture('read-only');
    assert.equal(await bench.ghostText.count(), 0);
    assert.deepEqual(enginesOf(bench.serverPid), [], 'no engine was started for it');
    await bench.runCommand('Sparse Pilot: Why No Suggestion?');
    const rows = bench.page.locator('.quick-input-list .monaco-list-row');
    await eventually(async () => {
      const reasons = await rows.allTextContents();
      assert.ok(reasons.length > 0);
      for (const reason of reasons) assert.match(reason, /The file is read-only[\s\S]*locked\.ts:7/u);
    });
  });

  it('completes inside a notebook cell', async () => {
    await bench.page.keyboard.press('Control+P');
    const input = bench.page.locator('.quick-input-widget input').first();
    await input.fill('notes.ipynb');
    await bench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'notes.ipynb' })
      .first()
      .waitFor();
    await input.press('Enter');
    const cell = bench.page.locator('.notebookOverlay .cell .monaco-editor').first();
    await cell.locator('.view-line').first().click();
    await press('Control+End');
    const ghost = cell.locator('.ghost-text-decoration');
    const suggested = await suggestionIn(bench, ghost);
    assert.notEqual(suggested.trim(), '');
    await bench.picture('notebook');
    await press('Tab');
    await ghost.first().waitFor({ state: 'detached' });
    await press('Control+S');
    await eventually(async () => {
      const saved = JSON.parse(await readFile(path.join(bench.folder, 'notes.ipynb'), 'utf8')) as {
        cells: readonly { source: readonly string[] }[];
      };
      const source = saved.cells[0]?.source.join('') ?? '';
      assert.ok(source.includes(`    return a${suggested.trimEnd()}`), source);
    });
  });

  it('completes in a file after that', async () => {
    await bench.openFile('after.ts');
    await press('Control+End');
    assert.notEqual(await suggestionIn(bench), '');
  });

  // VS Code itself draws and takes the text of the first cursor at those where the same was typed.
  it('suggests the same at every cursor where the same was typed, and takes it at all of them', async () => {
    await bench.openFile('cursors.ts', 7, 20);
    await press('Control+Shift+ArrowDown');
    const cursors = bench.editor.locator('.cursors-layer .cursor');
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^export const (one|two)/u.test(line))
        .map((line) => line.replace('two', 'one').trimEnd());
    await eventually(async () => assert.equal(await cursors.count(), 2));
    await bench.page.keyboard.type('sum([1', { delay: 60 });
    await suggestionIn(bench);
    await bench.picture('cursors');
    const [first = '', second] = lines(await bench.visibleText());
    assert.equal(second, first);
    assert.ok(
      first.startsWith('export const one = sum([1') && first.length > 'export const one = sum([1'.length,
    );
    assert.equal(await cursors.count(), 2);
    await press('Tab');
    await eventually(async () => assert.equal(await ghostTextIn(bench), ''));
    await press('Control+S');
    await eventually(async () => {
      const text = await readFile(path.join(bench.folder, 'cursors.ts'), 'utf8');
      assert.ok(text.startsWith(sums), 'what is above stays');
      assert.deepEqual(lines(text), [first, first]);
    });
    assert.equal(await cursors.count(), 2);
  });
});
