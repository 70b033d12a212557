import assert from 'node:assert/strict';
import { DraftSources } from '../../../src/engine/prompt/draft-sources.js';

/** One token a character; says what it was asked to encode. */
function sources(): { readonly encoded: string[]; readonly sources: DraftSources } {
  const encoded: string[] = [];
  const vocabulary = {
    encode: (text: string): number[] => {
      encoded.push(text);
      return [...text].map((character) => character.charCodeAt(0));
    },
    special: () => null,
    bos: null,
  };
  return { encoded, sources: new DraftSources(vocabulary) };
}

const textOf = (tokens: readonly number[]): string => String.fromCharCode(...tokens);
const chunk = { source: 'similar', path: 'b.ts', text: 'other();\n', priority: 1 } as const;
const request = {
  prefix: 'near the cursor',
  suffix: '',
  context: [chunk],
  file: { before: 'far away\n'.repeat(400), after: 'below\n' },
  correction: { mode: 'exact' },
} as const;

describe('Draft sources', () => {
  it('are the file on both sides of the cursor, and the context', () => {
    const [before = [], after = [], context = []] = sources().sources.of(request);
    assert.equal(textOf(before), request.file.before);
    assert.equal(textOf(after), request.file.after);
    assert.equal(textOf(context), chunk.text);
  });

  it('are prefix and suffix where no more of the file is known', () => {
    const { file: _file, ...without } = request;
    assert.equal(textOf(sources().sources.of(without)[0] ?? []), 'near the cursor');
  });

  it('are not encoded where nothing drafts from them', () => {
    const { encoded, sources: here } = sources();
    for (const correction of [
      undefined,
      { mode: 'dense' },
      { mode: 'fast' },
      { mode: 'exact', drafter: 'sparse-self' },
    ] as const)
      assert.deepEqual(here.of({ ...request, ...{ correction } } as Parameters<DraftSources['of']>[0]), []);
    assert.deepEqual(encoded, []);
    assert.deepEqual(here.of({ ...request, prefillOnly: true }), []);
    assert.ok(encoded.length > 0, 'known by the time something is generated');
  });

  it('come a part at a time where much is new, the nearest first', () => {
    const { encoded, sources: here } = sources();
    const lines = Array.from({ length: 500 }, (_, i) => `const value${String(i)} = ${String(i * 7)};\n`);
    const before = lines.join('');
    const ask = (): string =>
      textOf(here.of({ ...request, context: [], file: { before, after: '' } })[0] ?? []);
    const first = ask();
    assert.ok(first.length < before.length && before.endsWith(first));
    assert.ok(encoded.join('').length < 10_000);
    assert.equal(ask(), before);
  });

  it('have one piece encoded again after a keystroke', () => {
    const { encoded, sources: here } = sources();
    const lines = Array.from({ length: 400 }, (_, i) => `const value${String(i)} = ${String(i * 7)};\n`);
    const ask = (before: string): void => void here.of({ ...request, file: { before, after: '' } });
    for (let i = 0; i < 4; i++) ask(lines.join(''));
    const whole = encoded.length;
    assert.ok(whole > 10, `${String(whole)} pieces`);
    lines[2] = 'const value2 = "typed here";\nand = "a new line";\n';
    ask(lines.join(''));
    assert.ok(encoded.length - whole <= 3, `${String(encoded.length - whole)} pieces again`);
  });
});
