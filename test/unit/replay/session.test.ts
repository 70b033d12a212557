import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sessionsOf } from '../../../src/cli/replay/typing/session.js';

const text = Array.from({ length: 60 }, (_, i) =>
  i % 7 === 0 ? '// a comment that nobody types again' : `  const value${i} = compute(${i});`,
).join('\n');
const source = { path: 'a.ts', languageId: 'typescript', text };

describe('replay sessions', () => {
  it('put the line back together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 30 }), (seed, count) => {
        const sessions = sessionsOf(source, count, seed);
        assert.equal(sessions.length, count);
        for (const session of sessions) {
          assert.equal(session.before + session.truth + session.after, text);
          assert.equal(session.keys.map((key) => key.text).join(''), session.truth);
          assert.doesNotMatch(session.truth, /^\/\//);
          assert.ok(session.keys.some((key) => key.looks));
          assert.equal(session.keys.at(-1)?.looks, false);
        }
      }),
    );
  });

  it('are the same for the same seed and differ between seeds', () => {
    assert.deepEqual(sessionsOf(source, 5, 3), sessionsOf(source, 5, 3));
    assert.notDeepEqual(sessionsOf(source, 5, 3), sessionsOf(source, 5, 4));
  });

  it('read CRLF files and end with the lines that there are', () => {
    assert.equal(sessionsOf({ ...source, text: text.replaceAll('\n', '\r\n') }, 1000, 1).length, 45);
    assert.deepEqual(sessionsOf({ ...source, text: 'x' }, 3, 1), []);
  });
});
