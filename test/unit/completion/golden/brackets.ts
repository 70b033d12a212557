import type { GoldenCase } from './index.js';

export const bracketCases: readonly GoldenCase[] = [
  {
    filter: 'brackets',
    name: 'balanced text passes',
    text: 'f(a, [b])',
    expected: 'f(a, [b])',
  },
  {
    filter: 'brackets',
    name: 'a bracket opened before the cursor may be closed',
    head: 'print(',
    text: 'x)',
    expected: 'x)',
  },
  {
    filter: 'brackets',
    name: 'a bracket that the editor has closed is closed once more only to replace that one',
    head: 'print(',
    tail: ')',
    text: 'x)',
    expected: 'x)',
  },
  {
    filter: 'brackets',
    name: 'one closer too many ends the text (continue#10751)',
    head: 'print(',
    text: 'x))',
    expected: 'x)',
  },
  {
    filter: 'brackets',
    name: 'nothing is left when the closer comes first',
    head: 'x = 1;',
    text: ')',
    expected: undefined,
  },
  {
    filter: 'brackets',
    name: 'the block that stands open above may be closed',
    above: ['function f() {', '  if (a) {'],
    head: '    ',
    text: 'b();\n  }\n}',
    expected: 'b();\n  }\n}',
  },
  {
    filter: 'brackets',
    name: 'but not a block more',
    above: ['function f() {'],
    head: '  ',
    text: 'b();\n}\n}',
    expected: 'b();\n}',
  },
  {
    filter: 'brackets',
    name: 'brackets in texts do not count',
    head: 'x = ',
    text: '":-)" + \')\'',
    expected: '":-)" + \')\'',
  },
  {
    filter: 'brackets',
    name: 'a lone apostrophe hides nothing',
    head: '// don',
    text: "'t (really)",
    expected: "'t (really)",
  },
];
