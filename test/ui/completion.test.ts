import assert from 'node:assert/strict';
import { ghostTextIn, oneShortSuggestion, suggestionIn } from './ghost-text.js';
import { eventually } from './patience.js';
import { Workbench } from '../../scripts/testing/ui/workbench.js';

const geometry = `export interface Point {
  readonly x: number;
  readonly y: number;
}

export function add(left: Point, right: Point): Point {
  return { x: left.x + right.x, y: left.y + right.y };
}

export function subtract(left: Point, right: Point): Point {
  return { x: left.x - right.x, y: left.y - right.y };
}

`;
/** A place where any model has something to say. */
const unfinished = `${geometry}export function scale(point: Point, factor: number): Point {
  return { x: point.x * factor, y:`;
const lastLine = '  return { x: point.x * factor, y:';

/** Every test works in a file of its own. */
const files = {
  'command.ts': unfinished,
  'typing.ts': unfinished,
  'word.ts': unfinished,
  'otherwise.ts': unfinished,
  'accept.ts': unfinished,
  'members.ts': `${geometry}const here: Point = { x: 1, y: 2 };\n`,
};

/** As a person works with suggestions, in the packaged extension with the real model. */
describe('inline completion in the workbench', function () {
  this.timeout(240_000);
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.start({
      name: 'completion',
      files,
      settings: {
        ...oneShortSuggestion,
        'files.autoSave': 'off',
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
  const type = (text: string) => bench.page.keyboard.type(text, { delay: 60 });

  const suggestion = () => suggestionIn(bench);
  const ghost = () => ghostTextIn(bench);

  async function end(file: string): Promise<void> {
    await bench.openFile(file);
    await press('Control+End');
  }

  it('on command, on a fresh file', async () => {
    await end('command.ts');
    assert.notEqual(await suggestion(), '');
    await bench.picture('suggestion');
  });

  it('typing what is suggested keeps the rest of it on show', async () => {
    await end('typing.ts');
    const before = await suggestion();
    await type(before.slice(0, 2));
    await eventually(async () => assert.equal((await ghost()).trim(), before.slice(2).trim()));
  });

  it('Control+Right takes a word', async () => {
    await end('word.ts');
    const before = await suggestion();
    await press('Control+ArrowRight');
    await eventually(async () => {
      const after = await ghost();
      assert.ok(before.endsWith(after) && after.length < before.length, `${before} then ${after}`);
    });
    await bench.picture('word-taken');
    // A suggestion that only went away, with nothing taken, would be shorter as well.
    await eventually(async () => {
      await press('Escape');
      assert.equal(await ghost(), '');
      // Not trimmed: what is taken may be the blank that the suggestion begins with.
      const line = (await bench.visibleText()).split('\n').at(-1) ?? '';
      assert.ok(line.startsWith(lastLine), line);
      const taken = line.slice(lastLine.length);
      assert.ok(taken !== '' && before.startsWith(taken) && taken !== before, `'${line}' of '${before}'`);
    });
  });

  it('typing something else makes it go', async () => {
    await end('otherwise.ts');
    const before = await suggestion();
    await type('~');
    await eventually(async () => assert.notEqual(await ghost(), before));
  });

  it('Tab takes it, undo gives it back', async () => {
    await end('accept.ts');
    const [firstLine = ''] = (await suggestion()).split('\n');
    await press('Tab');
    // Escape: what is suggested next must not stand in the lines that are looked at.
    await eventually(async () => {
      await press('Escape');
      assert.ok((await bench.visibleText()).includes(firstLine.trim()));
      assert.equal(await ghost(), '');
    });
    await press('Control+Z');
    await eventually(async () => {
      await press('Escape');
      assert.ok((await bench.visibleText()).trimEnd().endsWith(lastLine));
    });
  });

  it('with an IntelliSense list open, it begins with the selected item', async () => {
    await end('members.ts');
    await type('const sum = add(here, her');
    await press('Control+Space');
    await bench.page.locator('.suggest-widget.visible .monaco-list-row.focused').waitFor();
    await bench.ghostText.first().waitFor({ timeout: 60_000 });
    await bench.picture('intellisense');
    await eventually(async () => assert.match(await ghost(), /^e/));
  });

  it('says why there was no suggestion', async () => {
    await bench.runCommand('Sparse Pilot: Why No Suggestion?');
    const rows = bench.page.locator('.quick-input-list .monaco-list-row');
    await eventually(async () => {
      assert.match((await rows.allTextContents()).join('\n'), /in all \d+ ms/);
    });
    await bench.picture('why');
  });

  it('snooze shows in the status bar and ends on command', async () => {
    await bench.runCommand('Sparse Pilot: Snooze Suggestions');
    await bench.page.getByRole('option', { name: '5 minutes', exact: true }).click();
    await bench.statusItem(/snoozed/).waitFor();
    await bench.picture('snoozed');
    await bench.runCommand('Sparse Pilot: End Snooze');
    await bench.statusItem(/ready|working/).waitFor();
  });
});
