import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { artifactFolder } from '../../scripts/setup/paths.js';
import { Workbench } from '../../scripts/testing/ui/workbench.js';
import type { MessageView } from '../../src/contract/index.js';
import { ChatPage } from './chat/chat-page.js';
import { answer, snapshot } from './chat/states.js';

const paragraph =
  'The parser reads **one token** at a time and keeps a `stack` of open brackets, so that every closing one finds its own.';
const block = '```ts\nexport const value = compute(1, "two", true);\nif (value) {\n  run(value);\n}\n```';
/** About 2,000 tokens, as a model streams them. */
const longAnswer = Array.from({ length: 30 }, (_, part) =>
  [`## Part ${part}`, paragraph, '- first\n- second\n- third', block].join('\n\n'),
).join('\n\n');

const history: readonly MessageView[] = Array.from({ length: 250 }, (_, turn) => [
  { role: 'user' as const, id: `q${turn}`, text: `Question ${turn}?`, attachments: [] },
  answer({ id: `a${turn}`, text: `Answer ${turn}.\n\n${paragraph}\n\n${block}` }),
]).flat();

/** Frame times are kept among the artefacts, to be looked at; what is asserted is what makes them short. */
describe('long answers and long histories', function () {
  this.timeout(180_000);
  let bench: Workbench;
  let chat: ChatPage;
  const measured: Record<string, unknown> = {};

  before(async () => {
    bench = await Workbench.start({ name: 'chat-smooth' });
    chat = await ChatPage.open(bench);
  });
  after(async () => {
    await mkdir(artifactFolder, { recursive: true });
    await writeFile(path.join(artifactFolder, 'chat-frames.json'), `${JSON.stringify(measured, null, 2)}\n`);
    await bench.close();
  });

  it('a history of 500 messages renders only what is near the screen', async () => {
    const start = performance.now();
    await chat.send(snapshot(history));
    await chat.locator('article').nth(499).waitFor({ state: 'attached' });
    measured['open500Ms'] = Math.round(performance.now() - start);
    await chat.lastAnswer.locator('figure').waitFor();
    const rendered = await chat.locator('sparse-answer:has(.block)').count();
    assert.ok(rendered > 0 && rendered < 60, `${rendered} of 250 answers were rendered`);
    measured['renderedOf250'] = rendered;
    measured['scroll'] = await frames(chat, async () => {
      await chat.frame.evaluate(async () => {
        const scroller = document.querySelector('.messages');
        for (let step = 0; step < 60; step += 1) {
          scroller?.scrollBy(0, -300);
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      });
    });
    await chat.frame.evaluate(() => document.querySelector('.messages')?.scrollTo(0, 0));
    await chat.locator('article').nth(1).locator('figure').waitFor();
  });

  it('a 2,000-token answer at the end of it renders each block about once', async () => {
    const streaming = answer({ id: 'long', text: '', state: { kind: 'streaming' } });
    await chat.send(
      snapshot([...history, { role: 'user', id: 'q', text: 'Go on.', attachments: [] }, streaming]),
    );
    // The person had scrolled up, so the page left them there; they go to the end to follow.
    await chat.frame.evaluate(() => document.querySelector('.messages')?.scrollTo(0, 1e9));
    await chat.lastAnswer.locator('.bar').waitFor();
    await bench.page.waitForTimeout(400);
    const first = chat.lastAnswer.locator('.block').first();
    measured['stream'] = await frames(chat, () =>
      chat.frame.evaluate(async (text) => {
        for (let at = 0; at < text.length; at += 20) {
          const piece = text.slice(at, at + 20);
          const end = at + piece.length;
          window.postMessage(
            {
              type: 'append',
              conversationId: 'c',
              messageId: 'long',
              retract: 0,
              text: piece,
              verifiedLength: end,
            },
            '*',
          );
          await new Promise((resolve) => setTimeout(resolve, 16));
          if (at === 400) Reflect.set(window, 'early', document.querySelector('article:last-of-type .block'));
        }
      }, longAnswer),
    );
    await first.waitFor();
    await chat.lastAnswer.getByText('Part 29').waitFor();
    assert.equal(await chat.lastAnswer.locator('h2').count(), 30);
    const kept = await chat.frame.evaluate(
      () => Reflect.get(window, 'early') === document.querySelector('article:last-of-type .block'),
    );
    assert.ok(kept, 'the first block was rendered again');
    const atEnd = await chat.frame.evaluate(() => {
      const scroller = document.querySelector('.messages');
      return scroller ? scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop : Infinity;
    });
    assert.ok(atEnd < 60, `the newest text is ${atEnd} px out of sight`);
    await bench.picture('long-answer');
  });
});

interface FrameTimes {
  readonly frames: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
}

// A string: what tsx makes of a function with functions in it needs a helper that the page does not have.
const watchFrames = `
  window.frameTimes = [];
  let last = performance.now();
  requestAnimationFrame(function tick(now) {
    window.frameTimes.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  });`;

/** Times between the page's animation frames while something happens. */
async function frames(chat: ChatPage, during: () => Promise<void>): Promise<FrameTimes> {
  await chat.frame.evaluate(`{${watchFrames}}`);
  await during();
  const times = await chat.frame.evaluate<number[]>('window.frameTimes');
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((times[Math.floor(share * (times.length - 1))] ?? 0) * 10) / 10;
  return { frames: times.length, medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1) };
}
