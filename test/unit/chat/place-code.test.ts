import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { changed, placeCode, type Place } from '../../../src/editor/chat/apply/place-code.js';

const file = [
  'import { a } from "a";',
  '',
  'class Box {',
  '  open(): void {',
  '    a(1);',
  '  }',
  '',
  '  close(): void {',
  '    a(2);',
  '  }',
  '}',
];
const at = (change: Partial<Place>): Place => ({
  lines: file,
  selection: undefined,
  cursorLine: 1,
  ...change,
});
const apply = (code: string, place: Place) => changed(place.lines, placeCode(code, place)).join('\n');

describe('where an answer’s code goes', () => {
  it('replaces the selection, at its indentation', () => {
    const result = apply('open(): void {\n  a(9);\n}\n', at({ selection: { first: 3, count: 3 } }));
    assert.equal(result, file.join('\n').replace('a(1)', 'a(9)'));
  });

  it('replaces the function that begins and ends like it', () => {
    const result = apply('  close(): void {\n    a(7);\n    a(8);\n  }', at({}));
    assert.equal(result, file.join('\n').replace('    a(2);', '    a(7);\n    a(8);'));
  });

  it('does not guess where the first line occurs twice', () => {
    const twice = ['f() {', '}', 'f() {', '}'];
    assert.equal(placeCode('f() {\n  x\n}', at({ lines: twice, cursorLine: 2 })).count, 0);
  });

  it('replaces the whole file by a new version of it', () => {
    const version = file
      .map((line) => line.replace('a(2)', 'a(3)'))
      .join('\n')
      .replace('import', '// new\nimport');
    assert.equal(apply(version, at({})), version);
  });

  it('never takes a part of a long file for the whole of it', () => {
    const long = [
      ...file,
      ...Array.from({ length: 60 }, (_, index) => `export const value${index} = compute(${index});`),
    ];
    const part = [
      'import { a } from "a";',
      'export const value3 = compute(3);',
      'export const value4 = compute(4);',
      'use(value4);',
    ].join('\n');
    const change = placeCode(part, at({ lines: long, cursorLine: 12 }));
    assert.deepEqual({ first: change.first, count: change.count }, { first: 12, count: 0 });
  });

  it('goes to the cursor otherwise, and nothing is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z ]{0,8}$/u), { minLength: 1 }),
        fc.nat(10),
        (lines, cursor) => {
          const place = at({ lines, cursorLine: Math.min(cursor, lines.length - 1) });
          const result = changed(lines, placeCode('@@@ one line @@@', place));
          assert.deepEqual(
            result.filter((line) => !line.includes('@@@')),
            lines,
          );
        },
      ),
    );
  });
});
