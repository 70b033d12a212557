import assert from 'node:assert/strict';
import type { CorrectionRequest } from '../../../src/contract/index.js';
import type { Workbench } from '../../../src/engine/correction/workbench.js';
import { codePrompts, generate, halfOfTheNeurons, idsOf, openWorkbench } from './support.js';

const completion = 0;
const chat = 1;
const length = 48;

const chats: readonly CorrectionRequest[] = [
  { mode: 'exact', drafter: 'sparse-self', maxDraft: 4 },
  { mode: 'exact', drafter: 'ngram' },
  { mode: 'balanced', drafter: 'sparse-self', check: { kind: 'fixed', period: 6 } },
];

describe('A chat that completions overtake, on the real model', function () {
  this.timeout(10 * 60_000);

  let bench: Workbench;
  let question: number[];
  let code: number[];
  before(async () => {
    bench = await openWorkbench(512, 2);
    [question = [], code = []] = codePrompts(bench, 2, 48);
    await bench.configure(halfOfTheNeurons, chat);
    await bench.configure(halfOfTheNeurons, completion);
  });
  after(() => bench.dispose());

  for (const correction of chats) {
    it(`says what it says undisturbed: ${correction.mode}, ${String(correction.drafter)}`, async () => {
      const sequence = bench.loop.sequence(chat);
      const draftSources = [[...question, ...question]];
      const options = { stop: { maxTokens: length }, correction, draftSources };
      const expected = await generate(sequence, question, options);
      const overtaking = bench.loop.sequence(completion);
      const generation = sequence.start(question, options);
      let drafted = 0;
      for (let round = 0; ; round++) {
        const outcome = await generation.run(() => generation.pause());
        if (outcome.kind === 'finished') {
          assert.deepEqual(idsOf(outcome.result), idsOf(expected));
          assert.ok(round > 2, `overtaken ${String(round)} times`);
          break;
        }
        const { speculation } = await generate(overtaking, code.slice(0, 20 + (round % 8)), {
          stop: { maxTokens: 6 },
          correction: { mode: 'exact', drafter: 'sparse-self', maxDraft: 3 },
        });
        drafted += speculation.drafted;
      }
      assert.ok(drafted > 0, 'completions drafted meanwhile');
    });
  }
});
