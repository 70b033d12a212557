import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { regionAround } from '../../../src/editor/completion/core/syntax/region.js';
import { TreeSitter } from '../../../src/editor/completion/core/syntax/tree-sitter.js';

const require = createRequire(import.meta.url);
const at = (marked: string, languageId = 'typescript') => {
  const [prefix = '', suffix = ''] = marked.split('|');
  return { languageId, prefix, suffix };
};

describe('tree-sitter', function () {
  this.timeout(60_000);
  let folder = '';
  let syntax: TreeSitter;
  const problems: string[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-grammars-'));
    const grammars = path.join(
      path.dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')),
      'wasm',
    );
    for (const name of await readdir(grammars))
      if (/^tree-sitter-.*\.wasm$/.test(name))
        await copyFile(path.join(grammars, name), path.join(folder, name));
    await copyFile(
      require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
      path.join(folder, 'web-tree-sitter.wasm'),
    );
    syntax = new TreeSitter(folder, (problem) => problems.push(problem));
  });
  after(() => rm(folder, { recursive: true }));

  it('loads the grammar of every language it names', async () => {
    for (const language of [
      ...['typescript', 'typescriptreact', 'javascript', 'python', 'java', 'go', 'rust', 'cpp'],
      ...['csharp', 'ruby', 'php', 'shellscript', 'css'],
    ]) {
      await syntax.load(language);
      assert.notEqual(syntax.cursorSyntax(at('x|', language)), 'unknown', language);
    }
    assert.deepEqual(problems, []);
  });

  it('tells comments and texts from code', async () => {
    await syntax.load('typescript');
    await syntax.load('python');
    assert.equal(syntax.cursorSyntax(at('const a = 1; // what |\nconst b = 2;')), 'comment');
    assert.equal(syntax.cursorSyntax(at('const a = "some |text";')), 'string');
    assert.equal(syntax.cursorSyntax(at('const a = `x ${b|} y`;')), 'code');
    assert.equal(syntax.cursorSyntax(at('const a = |;')), 'code');
    assert.equal(syntax.cursorSyntax(at('def f():\n    """Says |"""\n', 'python')), 'string');
  });

  it('counts the errors that a text adds', async () => {
    await syntax.load('typescript');
    const place = at('function f(a: number) {\n  return |\n}\n');
    assert.equal(syntax.addedErrors(place, 'a + 1;'), 0);
    assert.ok((syntax.addedErrors(place, 'a ) ] } ( [ ;;; +* ]') ?? 0) >= 2);
  });

  it('gives the same answer whatever it was asked before', async () => {
    const texts = ['a + 1;', 'a ) ] } ( [', '(\n    a,\n  );', '`x ${', ''];
    const place = at('/** Grüße 😀 */\nfunction f(a: number) {\n  return |\n}\nf(1);\n');
    const alone = new Map<string, number | undefined>();
    for (const text of texts) {
      const fresh = new TreeSitter(folder, (problem) => problems.push(problem));
      await fresh.load('typescript');
      alone.set(text, fresh.addedErrors(place, text));
    }
    assert.equal(alone.get(''), 0);
    assert.ok((alone.get('a ) ] } ( [') ?? 0) > 0);
    for (const text of [...texts, ...texts.toReversed()]) {
      assert.equal(syntax.addedErrors(place, text), alone.get(text), text);
      assert.equal(syntax.cursorSyntax(at('f("|")')), 'string');
    }
  });

  it('does not know what it has no grammar for', async () => {
    await syntax.load('cobol');
    assert.equal(syntax.cursorSyntax(at('MOVE|', 'cobol')), 'unknown');
    assert.equal(syntax.addedErrors(at('MOVE|', 'cobol'), ' A'), undefined);
  });

  it('reports a grammar that cannot be read, once', async () => {
    const reported: string[] = [];
    const lost = new TreeSitter(path.join(folder, 'nowhere'), (problem) => reported.push(problem));
    await lost.load('rust');
    await lost.load('rust');
    assert.equal(reported.length, 1);
    assert.equal(lost.cursorSyntax(at('x|', 'rust')), 'unknown');
  });

  it('parses from a top-level line, and little of a large file', () => {
    const filler = 'function g() {\n  return 1;\n}\n'.repeat(2000);
    const { before, after } = regionAround({ prefix: `${filler}const x = `, suffix: `\n${filler}` });
    assert.ok(before.length <= 2000 && before.startsWith('function g'));
    assert.ok(after.length <= 600);
  });

  it('begins with a member, or the comment above it, inside of a class that is longer than that', () => {
    const member =
      '  /**\n   * Says it.\n   */\n  say() {\n    const words = [];\n    return words;\n  }\n\n';
    for (let shift = 0; shift < member.length; shift += 7) {
      const prefix = `class Long {\n${member.repeat(60)}  ${'last'.repeat(shift)}() {\n    const x = `;
      const { before } = regionAround({ prefix, suffix: '' });
      assert.match(before, /^  (?:\/\*\*|say\(\))/u, JSON.stringify(before.slice(0, 40)));
      assert.ok(before.length > 1600);
    }
  });
});
