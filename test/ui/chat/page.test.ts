import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../../scripts/testing/code-server/browser.js';
import type { ChatAction, ChatViewMessage, MessageView } from '../../../src/contract/index.js';
import { bundleWebviews, WebviewPage } from '../webview-page.js';
import { themes } from '../panel/themes.js';
import { answer, snapshot, states } from './states.js';

describe('the chat page by itself', function () {
  this.timeout(120_000);
  let browser: Browser;
  let bundle: string;
  let chat: WebviewPage;

  before(async () => {
    [browser, bundle] = await Promise.all([startBrowser(), bundleWebviews()]);
  });
  after(() => browser.close());
  afterEach(() => chat.page.close());

  async function show(message: ChatViewMessage): Promise<void> {
    const [theme] = themes;
    assert.ok(theme);
    chat = await WebviewPage.open(browser, bundle, { theme, width: 480, height: 700, bundle: 'chat' });
    await chat.send(message);
  }
  const posted = (type: ChatAction['type']) =>
    chat.posted<ChatAction>().then((actions) => actions.filter((action) => action.type === type));
  /** Enter, and what is typed before the next frame is drawn. */
  const enterAndType = (text: string) =>
    chat.page.locator('.input').evaluate((input, typed) => {
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      document.execCommand('insertText', false, typed);
    }, text);
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

  it('lets a load be cancelled that takes too long', async () => {
    await show(stateOf('loading'));
    await chat.page.locator('.engine vscode-button', { hasText: 'Cancel Loading' }).click();
    assert.deepEqual(await posted('step'), [{ type: 'step', step: 'cancel-loading' }]);
  });

  it('never takes a file that was found for less than what is typed', async () => {
    await show(snapshot([]));
    const input = chat.page.locator('.input');
    await input.pressSequentially('#');
    const found = ['a.ts', 'b.ts'].map((name) => ({ id: `file:///${name}`, name, folder: 'src' }));
    await chat.send({ type: 'files', query: '', files: found });
    await input.pressSequentially('b');
    await input.press('Enter');
    assert.deepEqual(await posted('attachFile'), [{ type: 'attachFile', id: 'file:///b.ts' }]);
    await input.pressSequentially('#x');
    await chat.page.locator('.picker', { hasText: 'Searching…' }).waitFor();
    await input.press('Enter');
    assert.deepEqual(await posted('send'), [], 'a name half typed is no message');
    await chat.send({ type: 'files', query: 'x', files: [] });
    await chat.page.locator('.picker', { hasText: 'No file found.' }).waitFor();
  });

  it('leaves the caret where a file’s name was in the text', async () => {
    await show(snapshot([]));
    const input = chat.page.locator('.input');
    await input.fill('Read  and explain');
    for (const key of ['Home', ...Array<string>(5).fill('ArrowRight')]) await input.press(key);
    await input.pressSequentially('#a');
    await chat.send({ type: 'files', query: 'a', files: [{ id: 'file:///a.ts', name: 'a.ts', folder: '' }] });
    await enterAndType('this');
    assert.equal(await input.inputValue(), 'Read this and explain');
  });

  it('leaves no part of a message that was sent before what is typed next', async () => {
    await show(snapshot([]));
    const input = chat.page.locator('.input');
    await input.fill('First?');
    await enterAndType('And');
    assert.equal(await input.inputValue(), 'And');
    assert.deepEqual(await posted('send'), [{ type: 'send', text: 'First?' }]);
  });

  it('never loses the focus to a button that goes away', async () => {
    const chip = { id: 'x', kind: 'file', path: 'a.ts', omitted: 0 } as const;
    await show(snapshot(two, { attachments: [chip], draft: 'More?' }));
    const focused = () => chat.page.evaluate('document.activeElement.className');
    const press = async (selector: string, state: ChatViewMessage) => {
      await chat.page.locator(selector).first().focus();
      await chat.page.keyboard.press('Enter');
      await chat.send(state);
      await chat.page.waitForTimeout(100);
    };
    const answering = snapshot([...two, answer({ id: 'a3', text: '', state: { kind: 'streaming' } })]);
    await press('.chip .codicon-close', snapshot(two, { draft: 'More?' }));
    assert.equal(await focused(), 'input', 'an attachment that is gone');
    await press('.composer vscode-button', answering);
    assert.equal(await focused(), 'input', 'the message sent');
    await press('.composer vscode-button', snapshot(two));
    assert.equal(await focused(), 'input', 'the answer stopped');
    await chat.send({ type: 'showList' });
    await press('.conversations .codicon-edit', snapshot(two));
    assert.equal(await focused(), 'rename');
    await chat.page.keyboard.press('Escape');
    await chat.page.waitForTimeout(100);
    assert.equal(await focused(), 'search', 'the name field that is gone');
    await press('.conversations .codicon-trash', snapshot(two));
    assert.equal(await focused(), 'confirm', 'what a deletion asks');
    await press('.question vscode-button[secondary]', snapshot(two));
    assert.equal(await focused(), 'search', 'the deletion that was not meant');
    await press('.conversations .entry', snapshot(two));
    assert.equal(await focused(), 'input', 'the conversation opened');
    assert.deepEqual(
      (await chat.posted<ChatAction>()).map(({ type }) => type).filter((type) => type !== 'draft'),
      ['ready', 'detach', 'send', 'stop', 'open'],
    );
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
