import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { ChatPage } from './chat/chat-page.js';
import { enginesOf } from './engine-processes.js';
import { eventually, selectAll, selectToLineEnd, showsText } from './patience.js';

const code = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';
const question = 'Write a JavaScript function that adds two numbers.';

describe('the chat with the real model', function () {
  this.timeout(180_000);
  let bench: Workbench;
  let chat: ChatPage;

  before(async () => {
    bench = await Workbench.start({
      name: 'chat',
      files: {
        'add.ts': code,
        'notes/readme.md': '# Notes\n',
        '.env': 'KEY=secret\n',
        '.gitignore': 'made/\n',
        'made/envelope.ts': '',
        'node_modules/env/environment.js': '',
        'broken.json': '{ "a": }\n',
      },
      settings: { 'sparsePilot.chat.temperature': 0, 'sparsePilot.chat.maxTokens': 90 },
      // One thread: two wait for each other on a machine that does more than this test.
      machineSettings: { 'sparsePilot.engine.threads': 1 },
    });
    chat = await ChatPage.open(bench);
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture(`failed-${Date.now()}`);
  });

  it('is ready before a model is loaded, and says what it is for', async () => {
    await chat.locator('#root').getByText('Ask about your code').waitFor();
    assert.ok(await chat.button('Send').first().isVisible());
  });

  it('streams an answer as markdown, with its numbers below', async () => {
    await chat.ask(question);
    await chat.lastAnswer.waitFor();
    await chat.answered();
    await chat.lastAnswer.locator('figure pre').first().waitFor();
    assert.match(await chat.lastAnswer.locator('.report summary').innerText(), /[\d.]+ tokens\/s · /u);
    await bench.picture('answer');
  });

  it('shows how much of the context is used', async () => {
    const meter = chat.locator('meter');
    await meter.waitFor();
    assert.match((await meter.getAttribute('aria-label')) ?? '', /^\d+ of \d+ tokens/u);
  });

  it('copies code', async () => {
    await chat.lastAnswer.hover();
    await chat.button('Copy code').first().click();
    await chat.locator('#root').getByText('Copied.').waitFor();
    const copied = await bench.page.evaluate(() => navigator.clipboard.readText());
    const shown = await chat.lastAnswer.locator('figure pre').first().innerText();
    assert.equal(copied.trim(), shown.trim());
  });

  it('opens code as a new file in its language', async () => {
    await chat.lastAnswer.hover();
    await chat.button('Open as new file').first().click();
    await bench.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await showsText(bench, /return/u);
    await bench.statusItem(/JavaScript/u).waitFor();
  });

  it('inserts code at the cursor', async () => {
    await bench.openFile('notes/readme.md', 2, 1);
    await bench.page.keyboard.press('Control+End');
    await chat.lastAnswer.hover();
    await chat.button('Insert at cursor').first().click();
    await chat.locator('#root').getByText('Inserted.').waitFor();
    await showsText(bench, /return/u);
  });

  it('proposes again over its own diff, and a discarded change leaves the file alone', async () => {
    await bench.openFile('add.ts', 1, 1);
    await selectAll(bench);
    const proposed = bench.page.locator('.tab.active', { hasText: 'add.ts: proposed change' });
    for (let times = 0; times < 2; times += 1) {
      await chat.lastAnswer.hover();
      await chat.button('Apply to the current file…').first().click();
      await proposed.waitFor();
      await bench.page
        .locator('.diff-editor-active .modified, .diffOverview, .monaco-diff-editor')
        .first()
        .waitFor();
    }
    await bench.page.getByRole('button', { name: 'Discard Proposed Change' }).click();
    await proposed.waitFor({ state: 'detached' });
    assert.equal(await readFile(path.join(bench.folder, 'add.ts'), 'utf8'), code);
  });

  it('proposes code as a diff and writes it only when accepted', async () => {
    await bench.openFile('add.ts', 1, 1);
    await selectAll(bench);
    await chat.lastAnswer.hover();
    await chat.button('Apply to the current file…').first().click();
    await bench.page.locator('.tab.active', { hasText: 'proposed change' }).waitFor();
    await bench.picture('proposed');
    assert.equal(await readFile(path.join(bench.folder, 'add.ts'), 'utf8'), code, 'nothing is written yet');
    await bench.page.getByRole('button', { name: 'Accept Proposed Change' }).click();
    await bench.page.locator('.tab.active', { hasText: 'add.ts' }).waitFor();
    await bench.page.locator('.tab.active:not(:has-text("proposed"))').waitFor();
    await eventually(async () => {
      await bench.page.keyboard.press('Control+S');
      const written = await readFile(path.join(bench.folder, 'add.ts'), 'utf8');
      assert.notEqual(written, code);
      assert.match(written, /function/u);
    });
  });

  it('closes the diff that a reload of the window left without its text', async () => {
    await bench.openFile('add.ts', 1, 1);
    await chat.lastAnswer.hover();
    await chat.button('Apply to the current file…').first().click();
    const proposed = bench.page.locator('.tab', { hasText: 'proposed change' });
    await proposed.waitFor();
    await bench.load();
    chat = await ChatPage.open(bench);
    await proposed.waitFor({ state: 'detached' });
    await chat.lastAnswer.locator('figure pre').first().waitFor();
  });

  it('takes the selection, the current file and a # file along', async () => {
    await bench.openFile('notes/readme.md', 1, 1);
    await chat.button('Add to the message: Problems').click();
    await chat.locator('#root').getByText('No problems are reported here.').waitFor();
    await writeFile(path.join(bench.folder, 'add.ts'), code);
    await bench.openFile('add.ts', 1, 1);
    await selectToLineEnd(bench);
    await chat.button('Add to the message: Selection').click();
    await chat.locator('.context .chip', { hasText: 'add.ts:1–1' }).waitFor();
    await bench.openFile('add.ts', 2, 1);
    await selectToLineEnd(bench);
    await chat.button('Add to the message: Selection').click();
    await chat.locator('.context .chip', { hasText: 'add.ts:2–2' }).waitFor();
    assert.equal(await chat.locator('.context .chip').count(), 2, 'two pieces of one file');
    await chat.button('Add to the message: Current file').click();
    await chat.locator('.context .chip', { hasText: /^\s*add\.ts\s*$/u }).waitFor();
    await chat.input.click();
    await chat.input.pressSequentially('What is #read', { delay: 30 });
    await chat.locator('.picker [role=option]', { hasText: 'readme.md' }).waitFor();
    await bench.picture('file-picker');
    await chat.input.press('Enter');
    await chat.locator('.context .chip', { hasText: 'readme.md' }).waitFor();
    assert.equal(await chat.input.inputValue(), 'What is ');
    await chat.button('Remove readme.md').click();
    await chat.input.pressSequentially('this? #env', { delay: 30 });
    await bench.page.waitForTimeout(800);
    assert.equal(
      await chat.locator('.picker [role=option]').count(),
      0,
      'secrets, what git ignores, and packages',
    );
    await chat.input.fill('Name the function.');
    await chat.input.press('Enter');
    await chat.locator('article.user').last().getByText('add.ts:1–1').waitFor();
    await chat.answered();
  });

  it('takes the problems along that are reported in the file', async () => {
    await bench.openFile('broken.json', 1, 1);
    await eventually(async () => {
      await chat.button('Add to the message: Problems').click();
      await chat
        .locator('.context .chip', { hasText: 'Problems in broken.json' })
        .waitFor({ timeout: 1_000 });
    });
    await chat.button('Remove Problems in broken.json').click();
    await chat.locator('.context .chip').waitFor({ state: 'detached' });
  });

  describe('while a long answer comes', () => {
    const settingsFile = () => path.join(bench.folder, '.vscode', 'settings.json');
    // So hot that the model seldom ends its answer by itself.
    const rambling = { 'sparsePilot.chat.temperature': 2, 'sparsePilot.chat.maxTokens': 1500 };

    before(async () => {
      await mkdir(path.dirname(settingsFile()), { recursive: true });
      await writeFile(settingsFile(), JSON.stringify(rambling));
    });
    after(() => rm(settingsFile()));

    /** Until an answer that was begun is stopped before the model ends it: settings take a moment to hold. */
    async function beginAndStop(begin: () => Promise<void>, tries = 5): Promise<void> {
      await begin();
      if (await chat.stop()) return;
      assert.ok(tries > 1, 'the model ended every answer before it was stopped');
      await beginAndStop(begin, tries - 1);
    }

    it('stops, and keeps what was said', async () => {
      await beginAndStop(() => chat.ask('Count from one to one hundred in words.'));
      assert.notEqual(await chat.answerText(), '');
      await chat.button('Send').waitFor();
    });

    it('regenerates the last answer in its place', async () => {
      const count = await chat.answers.count();
      await beginAndStop(async () => {
        await chat.lastAnswer.hover();
        await chat.lastAnswer.getByRole('button', { name: 'Regenerate' }).click();
      });
      assert.equal(await chat.answers.count(), count);
    });

    it('keeps the text and offers retry when the engine is killed in mid-answer', async () => {
      await chat.ask('Explain at length what a compiler does, in ten paragraphs.');
      await chat.lastAnswer.locator('.block').first().waitFor();
      await bench.page.waitForTimeout(400);
      const before = await chat.answerText();
      const [engine] = enginesOf(bench.serverPid);
      assert.ok(engine !== undefined, 'no engine runs under this server');
      process.kill(engine, 'SIGKILL');
      await chat.lastAnswer.locator('.failure').waitFor();
      await bench.picture('killed');
      assert.ok((await chat.answerText()).startsWith(before.slice(0, 20)), 'the text so far stayed');
      assert.match(await chat.lastAnswer.locator('.failure').innerText(), /engine stopped/iu);
      await chat.lastAnswer.getByRole('button', { name: 'Try again' }).click();
      await chat.stop();
      assert.equal(await chat.lastAnswer.locator('.failure').count(), 0);
    });
  });

  it('sends an edited question again and drops what followed', async () => {
    const first = chat.locator('article.user').first();
    await first.hover();
    await first.getByRole('button', { name: 'Edit and send again' }).click();
    const editor = chat.locator('.edit-input');
    assert.equal(await editor.inputValue(), question);
    await editor.fill('Say hello.');
    await editor.press('Enter');
    await chat.answers.nth(1).waitFor({ state: 'detached' });
    await chat.answered();
    assert.equal(await chat.answers.count(), 1);
    assert.match(await chat.locator('article.user').innerText(), /Say hello\./u);
  });

  it('holds several conversations: new, search, open, rename, delete', async () => {
    await bench.runCommand('Sparse Pilot: New Conversation');
    await chat.locator('#root').getByText('Ask about your code').waitFor();
    await chat.ask('Say pineapple.');
    await chat.answered();
    await chat.locator('.top .title').click();
    await chat.locator('.conversations li', { hasText: 'Say hello.' }).waitFor();
    await chat.locator('.search').fill('PINEAPPLE');
    await chat.locator('.conversations li', { hasText: 'Say hello.' }).waitFor({ state: 'detached' });
    await bench.picture('search');
    await chat.locator('.search').fill('');
    const pineapple = chat.locator('.conversations li', { hasText: 'Say pineapple.' });
    await pineapple.getByRole('button', { name: 'Rename' }).click();
    await chat.locator('.rename').fill('Fruit');
    await chat.locator('.rename').press('Enter');
    await chat.locator('.conversations li', { hasText: 'Fruit' }).waitFor();
    await chat
      .locator('.conversations li', { hasText: 'Fruit' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await chat.locator('.confirm').click();
    await chat.locator('.conversations li', { hasText: 'Fruit' }).waitFor({ state: 'detached' });
    await chat.locator('.conversations .entry', { hasText: 'Say hello.' }).click();
    await chat.locator('article.user', { hasText: 'Say hello.' }).waitFor();
  });

  it('exports a conversation as markdown', async () => {
    await chat.button('Export as Markdown').first().click();
    const input = bench.page.locator('.quick-input-widget input').first();
    await eventually(async () => {
      assert.match(await input.inputValue(), /\.md$/u);
    });
    const target = path.join(bench.folder, 'exported.md');
    await input.fill(target);
    await input.press('Enter');
    await bench.page.locator('.tab.active', { hasText: 'exported.md' }).waitFor();
    assert.match(await readFile(target, 'utf8'), /^# .+\n[\s\S]*## You\n\nSay hello\.\n\n## Sparse Pilot/u);
  });

  const tasks = {
    'Fix Selection': 'Fix the problems in this code',
    'Document Selection': 'Write documentation comments',
    'Write a Test for Selection': 'Write a unit test',
    'Explain Selection': 'Explain what this code does',
  };
  for (const [command, asks] of Object.entries(tasks))
    it(`does what a code action asks for: ${command}`, async () => {
      await bench.openFile('add.ts', 1, 1);
      await selectAll(bench);
      await bench.runCommand(`Sparse Pilot: ${command}`);
      await chat.locator('article.user', { hasText: asks }).waitFor();
      await chat.locator('article.user .chip', { hasText: 'add.ts:1–3' }).waitFor();
      await chat.lastAnswer.locator('.block').first().waitFor();
      await chat.input.press('Escape');
      await chat.answered();
    });

  it('shows the same conversation and draft after a reload of the window', async () => {
    await chat.input.fill('unsent thought');
    await bench.page.waitForTimeout(800);
    await bench.load();
    chat = await ChatPage.open(bench);
    await chat.locator('article.user', { hasText: 'Explain what this code does' }).waitFor();
    assert.equal(await chat.input.inputValue(), 'unsent thought');
    await bench.picture('reloaded');
  });

  it('is used by keyboard alone', async () => {
    await chat.input.click();
    await chat.input.fill('');
    await chat.input.press('Shift+Tab');
    const label = () => chat.frame.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    assert.match(await label(), /Problems/u);
    await chat.lastAnswer.focus();
    await bench.page.keyboard.press('ArrowUp');
    assert.equal(await label(), 'You');
    await bench.page.keyboard.press('Tab');
    assert.equal(await label(), 'Edit and send again');
    await bench.page.keyboard.press('Enter');
    await chat.locator('.edit-input').waitFor();
    await bench.page.keyboard.press('Escape');
    await chat.locator('.edit-input').waitFor({ state: 'detached' });
  });
});
