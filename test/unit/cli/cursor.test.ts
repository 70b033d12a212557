import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCursor, splitAtCursor } from '../../../src/cli/cursor.js';
import { readSource } from '../../../src/cli/source-file.js';
import { UsageError } from '../../../src/cli/usage-error.js';

describe('Cursor on the command line', () => {
  it('reads LINE:COLUMN and nothing else', () => {
    assert.deepEqual(parseCursor('12:5'), { line: 12, column: 5 });
    for (const text of ['', '12', '0:1', '1:0', '-1:2', 'a:b', '1:2:3', '99999999999:1', '1.5:2'])
      assert.throws(() => parseCursor(text), UsageError, text);
  });

  it('splits at the cursor, with CRLF as one line end', () => {
    assert.deepEqual(splitAtCursor('one\r\ntwo\r\n', { line: 2, column: 3 }), {
      prefix: 'one\ntw',
      suffix: 'o\n',
    });
    assert.deepEqual(splitAtCursor('one\r\n', { line: 1, column: 4 }), { prefix: 'one', suffix: '\n' });
    assert.deepEqual(splitAtCursor('', { line: 1, column: 1 }), { prefix: '', suffix: '' });
    assert.deepEqual(splitAtCursor('a\n', { line: 2, column: 1 }), { prefix: 'a\n', suffix: '' });
  });

  it('never splits an emoji', () => {
    assert.deepEqual(splitAtCursor('x😀y', { line: 1, column: 3 }), { prefix: 'x', suffix: '😀y' });
    assert.deepEqual(splitAtCursor('x😀y', { line: 1, column: 4 }), { prefix: 'x😀', suffix: 'y' });
  });

  it('says how far the file goes', () => {
    assert.throws(() => splitAtCursor('a\nb', { line: 900, column: 1 }), /line 900 is past .* \(2 lines\)/);
    assert.throws(
      () => splitAtCursor('a\r\nb', { line: 1, column: 3 }),
      /column 3 is past .* \(1 characters\)/,
    );
  });
});

describe('Source files on the command line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, bytes: Buffer | string): string => {
    const target = path.join(folder, name);
    writeFileSync(target, bytes);
    return target;
  };

  it('loses its byte order mark', async () => {
    assert.equal(await readSource(file('bom.ts', '\ufeffconst a = 1;')), 'const a = 1;');
  });

  it('must be a text file that is there', async () => {
    const refuses = (target: string, words: RegExp): Promise<void> =>
      assert.rejects(readSource(target), (error) => error instanceof UsageError && words.test(error.message));
    await refuses(path.join(folder, 'nothing.ts'), /cannot be read/);
    await refuses(folder, /not a file|cannot be read/);
    await refuses(file('nul.ts', Buffer.from([65, 0, 66])), /binary/);
    await refuses(file('latin1.ts', Buffer.from([0xe9, 0x65, 0x20])), /binary/);
  });

  it('may be 20 MB or one line of 1 MB', async () => {
    assert.equal((await readSource(file('big.ts', 'x'.repeat(20_000_000)))).length, 20_000_000);
    assert.equal((await readSource(file('line.ts', 'y'.repeat(1_000_000)))).length, 1_000_000);
  });
});
