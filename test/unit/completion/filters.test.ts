import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filtered, filters, type Candidate } from '../../../src/editor/completion/core/filters/index.js';
import { goldenCases, type GoldenCase } from './golden/index.js';

const candidate = (given: Partial<Candidate>): Candidate => ({
  text: '',
  head: '',
  tail: '',
  above: [],
  below: [],
  languageId: 'typescript',
  meanLogProb: undefined,
  minConfidence: 0.15,
  addedErrors: () => undefined,
  ...given,
});

function check({ filter: id, expected, ...given }: GoldenCase): void {
  const filter = filters.find((one) => one.id === id);
  assert.ok(filter, `no filter named ${id}`);
  const verdict = filter.apply(candidate(given));
  assert.equal(verdict.kind === 'keep' ? verdict.text : undefined, expected);
}

describe('filters', () => {
  for (const { name, ...golden } of goldenCases)
    it(`${golden.filter}: ${name}`, () => check({ name, ...golden }));

  it('every filter has a case that it changes or drops, and one that it lets through', () => {
    for (const { id } of filters) {
      const own = goldenCases.filter((one) => one.filter === id);
      assert.ok(
        own.some((one) => one.expected !== one.text),
        `${id} never acts`,
      );
      assert.ok(
        own.some((one) => one.expected === one.text),
        `${id} never lets pass`,
      );
    }
  });

  it('no text makes them throw; what is kept is never blank and never ends in blanks', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '}', '(', ')', '"', 'x1', '\t', '🙂'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, text, text, fc.array(text), fc.array(text), (said, head, tail, above, below) => {
        const kept = filtered(
          candidate({
            text: said,
            head: head.replaceAll('\n', ''),
            tail: tail.replaceAll('\n', ''),
            above,
            below,
          }),
        );
        if (kept.kind === 'kept') assert.match(kept.text, /\S$/u);
      }),
    );
  });
});
