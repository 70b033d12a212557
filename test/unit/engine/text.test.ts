import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonPrefixLength } from '../../../src/engine/generation/common-prefix.js';
import { LineLimit } from '../../../src/engine/generation/line-limit.js';
import { StopMatcher } from '../../../src/engine/generation/stop-strings.js';

const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 5 }), {
  maxLength: 12,
});

describe('Text of a stream', () => {
  it('ends before a stop string however it is cut in pieces', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('ab', 'aab', '\n', 'b\nb'), (parts, stop) => {
        const matcher = new StopMatcher([stop]);
        let out = '';
        let stopped = false;
        for (const part of parts) {
          const released = matcher.push(part);
          out += released.text;
          stopped = released.stopped;
          if (stopped) break;
        }
        if (!stopped) out += matcher.flush();
        const whole = parts.join('');
        const place = whole.indexOf(stop);
        assert.equal(out, place < 0 ? whole : whole.slice(0, place));
        assert.equal(stopped, place >= 0);
      }),
    );
  });

  it('never lets the beginning of a stop string out early', () => {
    const matcher = new StopMatcher(['</end>']);
    assert.deepEqual(matcher.push('text</en'), { text: 'text', stopped: false });
    assert.deepEqual(matcher.push('try'), { text: '</entry', stopped: false });
  });

  it('keeps a number of lines however they arrive', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 4 }), (parts, lines) => {
        const limit = new LineLimit(lines);
        const out = parts.map((part) => limit.push(part)).join('');
        assert.equal(out, parts.join('').split('\n').slice(0, lines).join('\n'));
      }),
    );
  });

  it('finds the longest common prefix', () => {
    assert.equal(commonPrefixLength([1, 2, 3], [1, 2, 4]), 2);
    assert.equal(commonPrefixLength([], [1]), 0);
    assert.equal(commonPrefixLength([1, 2], [1, 2, 3]), 2);
  });
});
