import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../scripts/testing/code-server/browser.js';
import { root } from '../../scripts/setup/paths.js';
import type { PanelState } from '../../src/contract/index.js';
import { snapshot, states as chatStates } from './chat/states.js';
import { bundleWebviews, WebviewPage } from './webview-page.js';
import { full, liveSamples, ready } from './panel/states.js';
import { themes } from './panel/themes.js';

/** Everything that the engine says in English, in the places where it stands. */
const stock: PanelState = {
  ...ready,
  tasks: {
    ...ready.tasks,
    calibrate: { kind: 'running', done: 3, total: 9, message: '512 of 20000 tokens' },
  },
  engine:
    ready.engine.kind === 'ready'
      ? {
          ...ready.engine,
          model: {
            ...ready.engine.model,
            stockReason: 'no sparse-pilot build for win32-arm64',
            stepDowns: ['too little memory: the context was reduced from 8192 to 4096 tokens'],
            selectors: ready.engine.model.selectors.map(({ selector }) => ({
              selector,
              available: false,
              reason: 'The stock native build is loaded (no sparse-pilot build for win32-arm64): dense only.',
            })),
          },
        }
      : ready.engine,
};

/** Boxes whose text is wider than they are, and is not cut on purpose. */
const cutOff = `[...document.querySelectorAll('*')].flatMap((element) => {
  const style = getComputedStyle(element);
  const onPurpose = style.textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(style.overflowX) ||
    element.closest('pre, canvas, svg, .visually-hidden, .sr-only');
  const cuts = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
  return cuts && !onPurpose && element.clientWidth > 1 ? [element.tagName + '.' + element.className + ': ' + element.textContent.trim().slice(0, 40)] : [];
})`;

describe('the webviews in Japanese', function () {
  this.timeout(120_000);
  let browser: Browser;
  let folder: string;
  let strings: Readonly<Record<string, string>>;
  const theme = themes[0];

  before(async () => {
    [browser, folder] = await Promise.all([startBrowser(), bundleWebviews()]);
    strings = JSON.parse(
      await readFile(path.join(root, 'l10n/bundle.l10n.ja.json'), 'utf8'),
    ) as typeof strings;
  });
  after(() => browser.close());

  /** What stands on the page in English although there is Japanese for it, and was not sent to the page as it is. */
  async function leftInEnglish(panel: WebviewPage, sent: object): Promise<readonly string[]> {
    const lines = (await panel.page.locator('body').innerText()).split('\n').map((line) => line.trim());
    const asSent = JSON.stringify(sent);
    return lines.filter((line) => (strings[line] ?? line) !== line && !asSent.includes(line));
  }

  async function assertFits(panel: WebviewPage, sent: object): Promise<void> {
    const overflow = await panel.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0, 'the page scrolls sideways');
    assert.deepEqual(await panel.page.evaluate(cutOff), []);
    assert.deepEqual(await leftInEnglish(panel, sent), []);
  }

  for (const width of [300, 480, 1000])
    for (const [name, state] of Object.entries({ full, stock }))
      it(`the panel fits ${width} pixels: ${name}`, async () => {
        assert.ok(theme);
        const panel = await WebviewPage.open(browser, folder, {
          theme,
          width,
          height: 1500,
          strings,
          language: 'ja',
        });
        await panel.send({ type: 'state', state });
        if (name === 'full') await panel.send({ type: 'history', samples: liveSamples(Date.now()) });
        for (const details of await panel.page.locator('details > summary').all()) await details.click();
        await panel.picture(`ja-${name}-${width}`);
        await assertFits(panel, state);
        if (name === 'stock') {
          const text = await panel.page.locator('main').innerText();
          assert.match(text, /win32-arm64 用の Sparse Pilot ビルドがありません/u);
          assert.match(text, /20000 トークン中 512/u);
          assert.doesNotMatch(text, /stock native build|too little memory/u);
        }
        await panel.page.close();
      });

  for (const [name, { message }] of Object.entries(chatStates))
    it(`the chat fits 300 pixels: ${name}`, async () => {
      assert.ok(theme);
      const chat = await WebviewPage.open(browser, folder, {
        theme,
        width: 300,
        height: 760,
        strings,
        language: 'ja',
        bundle: 'chat',
      });
      await chat.send(message);
      await chat.picture(`ja-${name}`);
      await assertFits(chat, message);
      await chat.page.close();
    });

  it('the chat tells times in the editor’s language, whatever the browser’s is', async () => {
    assert.ok(theme);
    const options = { theme, width: 300, strings, language: 'ja', bundle: 'chat' } as const;
    const chat = await WebviewPage.open(browser, folder, options);
    await chat.send(snapshot([]));
    await chat.page.locator('.top .title').click();
    await chat.page.locator('.conversations li', { hasText: '5 分前' }).waitFor();
    await chat.picture('ja-conversations');
    await chat.page.close();
  });
});
