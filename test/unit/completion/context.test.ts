import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContextChunk } from '../../../src/contract/completion.js';
import { globTest, IgnoreRules } from '../../../src/editor/completion/core/context/ignore-rules.js';
import { importsOf, outlineOf } from '../../../src/editor/completion/core/context/imports.js';
import { RecentEdits } from '../../../src/editor/completion/core/context/recent-edits.js';
import { holdsSecrets } from '../../../src/editor/secret-files.js';
import { selectChunks } from '../../../src/editor/completion/core/context/select.js';
import { definitionText } from '../../../src/editor/completion/core/context/definition-text.js';
import { rulesOnTheWay, withoutRoot } from '../../../src/editor/completion/core/context/ignore-files.js';
import { clearlyBetter, SteadyContext } from '../../../src/editor/completion/core/context/steady.js';
import { symbolsNear } from '../../../src/editor/completion/core/context/symbols.js';
import { gatherBoxed } from '../../../src/editor/completion/core/context/time-box.js';
import { bestMatch, windowsOf } from '../../../src/editor/completion/core/context/windows.js';
import { jaccard, wordSet } from '../../../src/editor/completion/core/context/words.js';
import { linesOf } from '../../../src/editor/completion/core/text.js';

const chunk = (text: string, priority = 0.5, path = 'a.ts'): ContextChunk => ({
  source: 'similar',
  path,
  text,
  priority,
});

describe('similarity', () => {
  it('splits identifiers into words and leaves common ones out', () => {
    assert.deepEqual([...wordSet('const readFile = read_all(this)')].sort(), [
      'all',
      'file',
      'read',
      'read_all',
      'readfile',
    ]);
  });

  it('is 1 for the same words, 0 for none in common, and symmetric', () => {
    const words = fc.array(fc.constantFrom('alpha', 'beta', 'gamma', 'delta')).map((list) => new Set(list));
    fc.assert(
      fc.property(words, words, (left, right) => {
        assert.equal(jaccard(left, right), jaccard(right, left));
        if (left.size > 0) assert.equal(jaccard(left, left), 1);
      }),
    );
  });

  it('finds the window that talks about the same', () => {
    const file = linesOf(
      [
        ...Array.from({ length: 40 }, (_, line) => `filler number${line}`),
        'function drawTriangle(canvas, corners) {',
        '  canvas.moveTo(corners[0]);',
        '}',
        ...Array.from({ length: 40 }, (_, line) => `other words${line}`),
      ].join('\n'),
    );
    const best = bestMatch(windowsOf(file), wordSet('canvas.lineTo(corners[1]); drawTriangle'));
    assert.match(best?.window.text ?? '', /drawTriangle/);
  });
});

describe('choice of chunks', () => {
  const chunks = fc.array(
    fc.record({
      source: fc.constant('similar' as const),
      path: fc.constantFrom('a.ts', 'b.ts'),
      text: fc.string({ maxLength: 80 }),
      priority: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );

  it('never exceeds the budget, never repeats, and does not depend on the order', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 60 }), (all, tokens) => {
        const chosen = selectChunks(all, tokens);
        assert.ok(chosen.reduce((size, { text }) => size + text.length, 0) <= tokens * 3);
        assert.equal(new Set(chosen.map(({ text }) => text)).size, chosen.length);
        assert.deepEqual(selectChunks(all.toReversed(), tokens), chosen);
      }),
    );
  });

  it('puts the most telling chunk last, next to the code', () => {
    const chosen = selectChunks([chunk('strong words', 0.9), chunk('weak remarks', 0.1)], 100);
    assert.deepEqual(
      chosen.map(({ text }) => text),
      ['weak remarks', 'strong words'],
    );
  });

  it('takes only one of two that say the same', () => {
    const text = 'alpha beta gamma delta epsilon zeta eta theta iota kappa';
    assert.equal(selectChunks([chunk(text, 0.9), chunk(`${text};`, 0.8)], 1000).length, 1);
  });
});

describe('time box', () => {
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const quick = { name: 'similar' as const, gather: () => Promise.resolve([chunk('quick')]) };
  const slow = { name: 'definition' as const, gather: () => new Promise<never>(() => undefined) };
  const broken = { name: 'import' as const, gather: () => Promise.reject(new Error('broken')) };

  it('a slow or broken source costs only its own part', async () => {
    const problems: string[] = [];
    const found = await gatherBoxed(
      [slow, quick, broken],
      null,
      clock,
      new AbortController().signal,
      (name) => problems.push(name),
    );
    assert.deepEqual(
      found.map(({ text }) => text),
      ['quick'],
    );
    assert.deepEqual(problems, ['import']);
  });
});

describe('recent edits', () => {
  const file = linesOf(Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n'));
  const change = (first: number, oldLast: number, newLines: number) => ({
    fileKey: 'f',
    path: 'f.ts',
    first,
    oldLast,
    newLines,
  });
  const elsewhere = { fileKey: 'g', line: 0 };

  it('shows the changed lines as they read now, the latest first', () => {
    const edits = new RecentEdits();
    edits.note(change(100, 100, 1), 1);
    edits.note(change(20, 20, 1), 2);
    const chunks = edits.chunks(elsewhere, () => file);
    assert.deepEqual(
      chunks.map(({ text }) => text.split('\n')[2]),
      ['line 20', 'line 100'],
    );
    assert.ok((chunks[0]?.priority ?? 0) > (chunks[1]?.priority ?? 0));
  });

  it('moves with lines that are put in above', () => {
    const edits = new RecentEdits();
    edits.note(change(100, 100, 1), 1);
    edits.note(change(10, 10, 4), 2);
    const texts = edits.chunks(elsewhere, () => file).map(({ text }) => text);
    assert.ok(texts.some((text) => text.includes('line 103')));
  });

  it('leaves out what stands around the cursor itself', () => {
    const edits = new RecentEdits();
    edits.note(change(100, 100, 1), 1);
    assert.deepEqual(
      edits.chunks({ fileKey: 'f', line: 101 }, () => file),
      [],
    );
  });

  it('keeps no more than its capacity', () => {
    const edits = new RecentEdits(3);
    for (let line = 0; line < 200; line += 20) edits.note(change(line, line, 1), line);
    assert.equal(edits.chunks(elsewhere, () => file).length, 3);
  });
});

describe('steady context', () => {
  it('holds while the user types near by, and not elsewhere', () => {
    const steady = new SteadyContext();
    steady.hold({ fileKey: 'f', line: 10 }, [chunk('a')]);
    assert.deepEqual(steady.at({ fileKey: 'f', line: 20 }), [chunk('a')]);
    assert.equal(steady.at({ fileKey: 'f', line: 100 }), undefined);
    assert.equal(steady.at({ fileKey: 'g', line: 10 }), undefined);
    steady.hold({ fileKey: 'f', line: 12 }, [chunk('b')]);
    assert.deepEqual(steady.at({ fileKey: 'f', line: 20 }), [chunk('b')]);
    steady.drop();
    assert.equal(steady.at({ fileKey: 'f', line: 12 }), undefined);
  });

  it('is swapped for a clear gain only', () => {
    const long = chunk('x'.repeat(300));
    assert.equal(clearlyBetter([long, chunk('a')], [long, chunk('a')]), false);
    assert.equal(clearlyBetter([long], [long, chunk('a few words')]), false);
    assert.equal(clearlyBetter([long], []), false);
    assert.equal(clearlyBetter([], [chunk('a')]), true);
    assert.equal(clearlyBetter([long], [long, chunk('y'.repeat(200))]), true);
  });
});

describe('the text of a definition', () => {
  const lines = linesOf(
    ['const one = 1;', 'function f(', '  a,', ') {', '  return a;', '}', 'const two = 2;', ''].join('\n'),
  );
  for (const { name, first, last, text } of [
    { name: 'is the range where that is known', first: 1, last: 3, text: 'function f(\n  a,\n) {' },
    {
      name: 'ends where it is closed where only the name is known',
      first: 1,
      last: 1,
      text: 'function f(\n  a,\n) {\n  return a;\n}',
    },
    { name: 'is one line where nothing is further in', first: 0, last: 0, text: 'const one = 1;' },
  ])
    it(name, () => assert.equal(definitionText(lines, first, last), text));

  it('is at most 16 lines', () => {
    const long = linesOf(['class A:', ...Array<string>(40).fill('    x = 1')].join('\n'));
    assert.equal(definitionText(long, 0, 0).split('\n').length, 16);
    assert.equal(definitionText(long, 0, 40).split('\n').length, 16);
  });
});

describe('what never enters a prompt', () => {
  for (const path of [
    '.env',
    'config/.env.local',
    'prod.env',
    'server.pem',
    'home/.ssh/config',
    'id_ed25519',
    'secrets.yaml',
    'credentials',
    '.npmrc',
    'infra/prod.tfvars',
    'service-account-prod.json',
    '.envrc',
    '.env-prod',
    'infra/terraform.tfstate',
    'terraform.tfstate.backup',
    'b/server.PEM',
    'credentials.json',
  ])
    it(`secret: ${path}`, () => assert.equal(holdsSecrets(path), true));

  for (const path of [
    '.env.example',
    '.env-sample',
    'src/env.ts',
    'environment',
    'a/key.ts',
    'keyboard.ts',
    'secretary.ts',
    'monkey.json',
  ])
    it(`no secret: ${path}`, () => assert.equal(holdsSecrets(path), false));

  it('rules are read from every folder on the way, and from the repository itself', async () => {
    const files: Record<string, string> = {
      '.git/info/exclude': 'mine.txt\nboth.txt',
      '.gitignore': '*.log\n!both.txt',
      'app/.gitignore': 'local.ts',
    };
    const rules = await rulesOnTheWay(['app', 'src'], (path) => Promise.resolve(files[path]));
    for (const path of ['mine.txt', 'app/src/a.log', 'app/src/local.ts', 'app/src/mine.txt'])
      assert.ok(rules.ignores(path), path);
    for (const path of ['both.txt', 'app/src/a.ts', 'local.ts']) assert.ok(!rules.ignores(path), path);
  });

  it("the user's globs hold for files outside of the workspace too", () => {
    for (const path of ['/home/me/private/a.ts', 'C:/me/private/a.ts', '/c:/me/private/a.ts', 'private/a.ts'])
      assert.ok(globTest(['**/private/**'])(withoutRoot(path)), path);
  });

  it('.gitignore files overrule each other as git has it', () => {
    const rules = new IgnoreRules();
    rules.set('', '*.log\ndist/\n/top.txt\n!keep.log\n');
    rules.set('sub/', '!special.log\nlocal.ts\n');
    const expected: readonly (readonly [string, boolean])[] = [
      ['a.log', true],
      ['keep.log', false],
      ['sub/a.log', true],
      ['sub/special.log', false],
      ['sub/local.ts', true],
      ['local.ts', false],
      ['dist/a/b.ts', true],
      ['distance.ts', false],
      ['top.txt', true],
      ['sub/top.txt', false],
      ['../outside.log', false],
    ];
    for (const [path, ignored] of expected) assert.equal(rules.ignores(path), ignored, path);
  });

  it('globs of the setting', () => {
    const excluded = globTest(['**/*.md', 'vendor/']);
    assert.equal(excluded('docs/a.md'), true);
    assert.equal(excluded('vendor/x/y.ts'), true);
    assert.equal(excluded('src/a.ts'), false);
    assert.equal(globTest([])('a.md'), false);
  });
});

describe('imports and symbols', () => {
  it('finds the project files that a file imports', () => {
    const specifiers = (language: string, text: string) =>
      importsOf(language, text).map(({ specifier }) => specifier);
    assert.deepEqual(
      specifiers(
        'typescript',
        "import { a } from './a.js';\nimport fs from 'node:fs';\nexport * from '../b';",
      ),
      ['./a.js', '../b'],
    );
    assert.ok(importsOf('typescript', "import './a.js'")[0]?.candidates.includes('./a.ts'));
    assert.deepEqual(importsOf('python', 'from .models import X\n')[0]?.candidates[0], './models.py');
    assert.deepEqual(importsOf('python', 'from ..a.b import X\n')[0]?.candidates[0], '../a/b.py');
    assert.deepEqual(specifiers('cpp', '#include "x.h"\n#include <vector>'), ['x.h']);
    assert.deepEqual(specifiers('markdown', "from './a'"), []);
  });

  it('outlines declarations without bodies', () => {
    const text =
      "import x from 'y';\nexport function f(a: number): string {\n  return '';\n}\nconst hidden = 1;\n";
    assert.equal(outlineOf(text, 500), 'export function f(a: number): string');
    assert.equal(outlineOf(text, 5), '');
  });

  it('names the symbols before the cursor, nearest first, no keywords', () => {
    const lines = linesOf('const total = compute(items);\nreturn format(total, later');
    assert.deepEqual(
      symbolsNear(lines, { line: 1, character: 21 }, { lines: 3, symbols: 3 }).map(({ name }) => name),
      ['total', 'format', 'items'],
    );
  });
});
