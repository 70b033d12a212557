import assert from 'node:assert/strict';
import { Screen } from '../../../src/cli/replay/typing/screen.js';

/** What is shown: the text, after so many characters of the line, at so many milliseconds. */
type Step = readonly [text: string, typed: number, now: number];

const golden: readonly {
  readonly name: string;
  readonly line: string;
  readonly steps: readonly Step[];
  readonly shown: number;
  readonly flicker: number;
}[] = [
  { name: 'nothing', line: 'abcd', steps: [], shown: 0, flicker: 0 },
  {
    name: 'a suggestion that is typed as suggested is one',
    line: 'abcd',
    steps: [
      ['bcd', 1, 0],
      ['cd', 2, 100],
      ['d', 3, 200],
    ],
    shown: 1,
    flicker: 0,
  },
  {
    name: 'another text within half a second',
    line: 'abcd',
    steps: [
      ['x', 1, 0],
      ['cd', 2, 499],
    ],
    shown: 2,
    flicker: 1,
  },
  {
    name: 'another text after it',
    line: 'abcd',
    steps: [
      ['x', 1, 0],
      ['cd', 2, 500],
    ],
    shown: 2,
    flicker: 0,
  },
  {
    name: 'counts from when the first came up, not from the last key that went along with it',
    line: 'abcd',
    steps: [
      ['bx', 1, 0],
      ['x', 2, 450],
      ['d', 3, 600],
    ],
    shown: 2,
    flicker: 0,
  },
  {
    name: 'a text after one that was typed to its end replaces nothing',
    line: 'abcd',
    steps: [
      ['b', 1, 0],
      ['cd', 2, 100],
    ],
    shown: 2,
    flicker: 0,
  },
  {
    name: 'the same place with another text, though nothing was typed against the first',
    line: 'abcd',
    steps: [
      ['bcd', 1, 0],
      ['cdef', 2, 100],
    ],
    shown: 2,
    flicker: 1,
  },
];

describe('what a person sees come and go', () => {
  for (const { name, line, steps, shown, flicker } of golden)
    it(name, () => {
      const screen = new Screen(line);
      for (const step of steps) screen.show(...step);
      assert.deepEqual({ shown: screen.shown, flicker: screen.flicker }, { shown, flicker });
    });
});
