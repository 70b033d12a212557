import assert from 'node:assert/strict';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { ChatPage } from './chat/chat-page.js';
import { snapshot, states } from './chat/states.js';

const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  contrast: 'Default High Contrast',
};

for (const [theme, label] of Object.entries(themes)) {
  describe(`every state of the chat page, ${theme}`, function () {
    this.timeout(120_000);
    let bench: Workbench;
    let chat: ChatPage;

    before(async () => {
      bench = await Workbench.start({
        name: `chat-${theme}`,
        settings: { 'workbench.colorTheme': label },
        size: { width: 760, height: 760 },
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
        if (await chat.button('Cancel').count()) await chat.button('Cancel').click();
      });
    }
  });
}
