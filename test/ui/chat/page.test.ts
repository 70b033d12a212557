import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../scripts/testing/code-server/browser.js';
import type { ChatAction, ChatViewMessage, MessageView } from '../../../src/contract/index.js';
import { bundleWebviews, PanelPage } from '../panel/page-host.js';
import { themes } from '../panel/themes.js';
import { answer, snapshot, states } from './states.js';

describe('the chat page by itself', function () {
  this.timeout(120_000);
  let browser: Browser;
  let bundle: string;
  let chat: PanelPage;

  before(async () => {
    [browser, bundle] = await Promise.all([startBrowser(), bundleWebviews()]);
  });
  after(() => browser.close());
  afterEach(() => chat.page.close());

  async function show(message: ChatViewMessage): Promise<void> {
    const [theme] = themes;
    assert.ok(theme);
    chat = await PanelPage.open(browser, bundle, { theme, width: 480, height: 700, bundle: 'chat' });
    await chat.send(message);
  }
  const posted = (type: ChatAction['type']) =>
    chat.posted<ChatAction>().then((actions) => actions.filter((action) => action.type === type));
  const two: readonly MessageView[] = [
    { role: 'user', id: 'q1', text: 'First?', attachments: [] },
    answer({ id: 'a1', text: 'One.' }),
    { role: 'user', id: 'q2', text: 'Second?', attachments: [] },
    answer({ id: 'a2', text: 'Two.' }),
  ];
  const stateOf = (name: string) => states[name]?.message ?? assert.fail(name);

  it('answers the failed question again, and offers that under the last answer only', async () => {
    await show(stateOf('failed'));
    await chat.page.getByText('Try again').click();
    assert.deepEqual(await posted('regenerate'), [{ type: 'regenerate', messageId: 'a' }]);
    await chat.send(stateOf('older-failure'));
    await chat.page.getByText('The engine stopped').waitFor();
    assert.equal(await chat.page.getByText('Try again').count(), 0);
  });

  it('tells once that the engine is down: in the answer that it ended, otherwise above the question', async () => {
    await show(stateOf('failed'));
    await chat.page.getByText('Try again').waitFor();
    assert.equal(await chat.page.getByText('Restart engine').count(), 1);
    const engine = { kind: 'down', message: 'The engine is gone.', steps: ['restart-engine'] } as const;
    await chat.send(snapshot([], { engine }));
    await chat.page.getByText('The engine is gone.').waitFor();
    assert.equal(await chat.page.getByText('Restart engine').count(), 1);
  });

  it('asks before an answer takes the place of those that follow it', async () => {
    await show(snapshot(two));
    const regenerate = chat.page.locator('.bar .codicon-refresh');
    await regenerate.first().click({ force: true });
    assert.deepEqual(await posted('regenerate'), []);
    await chat.page.locator('vscode-button', { hasText: 'Cancel' }).click();
    assert.deepEqual(await posted('regenerate'), []);
    await regenerate.first().click({ force: true });
    await chat.page.locator('vscode-button.confirm').click();
    await regenerate.last().click({ force: true });
    assert.deepEqual(await posted('regenerate'), [
      { type: 'regenerate', messageId: 'a1' },
      { type: 'regenerate', messageId: 'a2' },
    ]);
  });

  it('keeps a question that is being edited while it is hidden', async () => {
    await show(snapshot(two));
    await chat.page.locator('.bar .codicon-edit').first().click({ force: true });
    await chat.page.locator('.edit-input').fill('First, in detail?');
    await chat.reload();
    await chat.send(snapshot(two));
    assert.equal(await chat.page.locator('.edit-input').inputValue(), 'First, in detail?');
  });

  it('says that the model is answering, once', async () => {
    await show(snapshot([]));
    const conversation = {
      id: 'c',
      title: 'T',
      messages: [...two.slice(0, 1), answer({ id: 'a1', text: '', state: { kind: 'streaming' } })],
    };
    await chat.send({ type: 'conversation', conversation });
    const region = chat.page.locator('[aria-live=polite]').last();
    assert.equal(await region.textContent(), 'The model is answering.');
  });

  it('says which turns are not read any more', async () => {
    await show(stateOf('context-full'));
    await chat.page.getByText('The oldest 12 turns are not read any more').waitFor();
  });
});
