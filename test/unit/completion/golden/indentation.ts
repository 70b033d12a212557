import type { GoldenCase } from './index.js';

export const indentationCases: readonly GoldenCase[] = [
  {
    filter: 'indentation',
    name: 'indentation that was typed already is not doubled (cody#264)',
    head: '    ',
    text: '    return x',
    expected: 'return x',
  },
  {
    filter: 'indentation',
    name: 'a blank after a word stays',
    head: 'return',
    text: ' x',
    expected: ' x',
  },
  {
    filter: 'indentation',
    name: 'tabs become the spaces of the file',
    above: ['def f():', '  a = 1'],
    head: '  ',
    text: 'if a:\n\t\tb()',
    expected: 'if a:\n    b()',
  },
  {
    filter: 'indentation',
    name: 'spaces become the tabs of the file',
    above: ['func f() {', '\ta := 1'],
    head: '\t',
    text: 'if a {\n        b()\n    }',
    expected: 'if a {\n\t\tb()\n\t}',
  },
  {
    filter: 'indentation',
    name: 'nothing but indentation is nothing',
    head: '  ',
    text: '    \n   ',
    expected: undefined,
  },
  {
    filter: 'trailing-blanks',
    name: 'blanks and newlines at the end go',
    text: 'a();  \n\n  ',
    expected: 'a();',
  },
  { filter: 'trailing-blanks', name: 'others stay', text: '  a  b', expected: '  a  b' },
  { filter: 'whitespace-only', name: 'blanks are nothing', text: ' \n\t\n', expected: undefined },
  { filter: 'whitespace-only', name: 'a bracket is something', text: ' }', expected: ' }' },
];
