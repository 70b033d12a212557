import assert from 'node:assert/strict';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import { ChatPage } from './chat/chat-page.js';
import { pickRow } from './patience.js';

const sparse = {
  'sparsePilot.mode': 'balanced',
  'sparsePilot.sparsity.selector': 'cats',
  'sparsePilot.sparsity.density': 0.4,
  // drafts whether or not they pay on this machine
  'sparsePilot.correction.drafter': 'sparse-self',
  'sparsePilot.correction.check': 'fixed',
  'sparsePilot.correction.period': 16,
};

describe('the chat in its modes, with the real model', function () {
  this.timeout(240_000);
  let bench: Workbench;
  let chat: ChatPage;

  before(async () => {
    bench = await Workbench.start({
      name: 'chat-modes',
      settings: { ...sparse, 'sparsePilot.chat.temperature': 0, 'sparsePilot.chat.maxTokens': 80 },
      machineSettings: { 'sparsePilot.chat.contextSize': 768, 'sparsePilot.engine.threads': 1 },
    });
    chat = await ChatPage.open(bench);
  });
  after(() => bench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture(`failed-${Date.now()}`);
  });

  const details = async (): Promise<string> => {
    await chat.lastAnswer.locator('.report summary').click();
    return await chat.lastAnswer.locator('.report').innerText();
  };

  it('marks what is not checked yet in Balanced, and nothing when the answer is whole', async () => {
    await chat.frame.evaluate(() => {
      setInterval(() => {
        if (document.querySelector('.trust')) Reflect.set(window, 'sawUnchecked', true);
      }, 5);
    });
    await chat.ask('Describe a sorting algorithm.');
    await chat.answered();
    assert.equal(await chat.frame.evaluate(() => Reflect.get(window, 'sawUnchecked') ?? false), true);
    assert.equal(await chat.lastAnswer.locator('.trust').count(), 0);
    assert.match(await details(), /drafted accepted[\s\S]*Mode: Balanced, selector: CATS/u);
    await bench.picture('balanced');
  });

  it('says in Fast that nothing was checked', async () => {
    await bench.runCommand('Sparse Pilot: Choose Mode (Dense, Exact, Balanced, Fast)');
    await pickRow(bench, 'Choose a Mode', 'Fast');
    await chat.ask('Describe another one.');
    await chat.answered();
    await chat.lastAnswer.getByText('Not checked by the dense model.').waitFor();
    assert.match(await details(), /Mode: Fast, selector: CATS/u);
    await bench.picture('fast');
  });

  it('goes on where the conversation outgrew the context, and says what is not read any more', async () => {
    const filler = Array.from({ length: 60 }, (_, index) => `item ${index}`).join(', ');
    for (let turn = 0; turn < 3; turn += 1) {
      await chat.ask(`Say yes. Ignore this list: ${filler}.`);
      await chat.lastAnswer.locator('.block').first().waitFor();
      await chat.input.press('Escape');
      await chat.answered();
    }
    await chat.locator('.unread').waitFor();
    assert.match(await chat.locator('.unread').innerText(), /oldest/u);
    const [used = 0, size = 0] =
      ((await chat.locator('meter').getAttribute('aria-label')) ?? '').match(/\d+/gu)?.map(Number) ?? [];
    assert.ok(used > 0 && used <= size, `${used} of ${size}`);
    await bench.picture('long');
  });
});
