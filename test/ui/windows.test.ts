import assert from 'node:assert/strict';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { enginesOf } from './engine-processes.js';
import { oneShortSuggestion, suggestionIn } from './ghost-text.js';

const source = (name: string) => `export function ${name}(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export const ${name}Of = (values: readonly number[]): number => ${name}(`;

/** Each window has an extension host of its own, and each extension host starts an engine of its own. */
describe('two windows at once', function () {
  this.timeout(300_000);
  let first: Workbench;
  let second: Workbench;

  before(async () => {
    first = await Workbench.start({
      name: 'windows',
      files: { 'first.ts': source('sum') },
      settings: oneShortSuggestion,
    });
    second = await first.anotherWindow({ name: 'windows-second', files: { 'second.ts': source('total') } });
  });
  after(() => first.close());
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await first.picture('failure');
    await second.picture('failure');
  });

  it('both give suggestions, each from an engine process of its own', async () => {
    await first.openFile('first.ts');
    await first.page.keyboard.press('Control+End');
    assert.notEqual(await suggestionIn(first), '');
    assert.equal(enginesOf(first.serverPid).length, 1);
    await second.openFile('second.ts');
    await second.page.keyboard.press('Control+End');
    assert.notEqual(await suggestionIn(second), '');
    assert.equal(enginesOf(first.serverPid).length, 2);
    await first.picture('first');
    await second.picture('second');
    assert.notEqual(
      await first.ghostText.count(),
      0,
      "the other window's request leaves this one's text alone",
    );
  });

  it('a window on the same folder gets its own as well', async () => {
    const same = await first.anotherWindow({ name: 'windows-same', folder: first.folder });
    try {
      await same.openFile('first.ts');
      await same.page.keyboard.press('Control+End');
      assert.notEqual(await suggestionIn(same), '');
      assert.equal(enginesOf(first.serverPid).length, 3);
    } finally {
      await same.close();
    }
  });

  it('a window whose neighbours were closed goes on', async () => {
    await second.close();
    await first.page.keyboard.press('Escape');
    await first.page.keyboard.type('[1, 2');
    assert.notEqual(await suggestionIn(first), '');
  });
});
