import assert from 'node:assert/strict';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { ChatPage } from './chat/chat-page.js';
import { snapshot, states } from './chat/states.js';

/** The side bar takes a quarter of the window, 300 pixels at most: as most people have it, and as narrow as can be. */
const themes = {
  light: { label: 'Default Light Modern', width: 1200 },
  dark: { label: 'Default Dark Modern', width: 1200 },
  contrast: { label: 'Default High Contrast', width: 760 },
};

for (const [theme, { label, width }] of Object.entries(themes)) {
  describe(`every state of the chat page, ${theme}`, function () {
    this.timeout(120_000);
    let bench: Workbench;
    let chat: ChatPage;

    before(async () => {
      bench = await Workbench.start({
        name: `chat-${theme}`,
        settings: { 'workbench.colorTheme': label },
        size: { width, height: 760 },
        files: { 'src/config/load.ts': 'export {};\n', 'media/logo.svg': '<svg/>\n' },
      });
      chat = await ChatPage.open(bench);
    });
    after(() => bench.close());

    for (const [name, state] of Object.entries(states)) {
      it(`${name}: readable, and without accessibility violations`, async () => {
        await chat.send(snapshot([]));
        await chat.send(state.message);
        await state.then?.(chat);
        if (state.shows) await chat.locator('#root').getByText(state.shows).first().waitFor();
        await bench.picture(name);
        assert.deepEqual(await chat.violations(), []);
        assert.equal(await chat.frame.evaluate(() => Reflect.get(window, 'harmed') ?? null), null);
        await chat.input.press('Escape');
        await chat.input.fill('');
        if (await chat.locator('.conversations').count()) await chat.locator('.top .title').click();
        if (await chat.button(/^Cancel$/u).count()) await chat.button(/^Cancel$/u).click();
      });
    }
  });
}
