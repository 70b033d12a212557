import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cpuOptions } from '../../../scripts/native/cpu-features.js';
import { filesBelow, hashInputs } from '../../../scripts/native/hash.js';
import { withLock } from '../../../scripts/native/lock.js';
import { CommandFailed, runCommand } from '../../../scripts/native/run-command.js';
import { findOnPath, MissingTools, requireTools } from '../../../scripts/native/tools.js';

describe('native build: what decides it', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-build-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('turns the flags of /proc/cpuinfo into options, a set only when all of it is there', () => {
    const zen4 =
      'processor: 0\nflags\t\t: sse4_2 avx f16c fma avx2 bmi2 avx512f avx512cd avx512vl avx512dq avx512bw avx512_vnni\n';
    const options = cpuOptions(zen4);
    assert.ok(options.includes('-DGGML_AVX512=ON'));
    assert.ok(options.includes('-DGGML_AVX512_VNNI=ON'));
    assert.ok(options.includes('-DGGML_AVX512_BF16=OFF'));
    const partial = cpuOptions('flags : avx avx2 avx512f\n');
    assert.ok(partial.includes('-DGGML_AVX2=ON') && partial.includes('-DGGML_AVX512=OFF'));
    assert.ok(cpuOptions('').every((option) => option.endsWith('=OFF')));
  });

  it('names every missing tool and one command', () => {
    assert.throws(
      () => requireTools(''),
      (error: unknown) => {
        assert.ok(error instanceof MissingTools);
        assert.deepEqual(error.tools, ['git', 'cmake', 'ninja', 'g++']);
        assert.ok(error.command.length > 0 && error.message.includes(error.command));
        return true;
      },
    );
  });

  it('finds tools only in the folders of the path', async () => {
    const name = process.platform === 'win32' ? 'ninja.exe' : 'ninja';
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    await writeFile(path.join(bin, name), '');
    assert.equal(findOnPath('ninja', ['/nowhere', bin].join(path.delimiter)), path.join(bin, name));
    assert.equal(findOnPath('ninja', '/nowhere'), undefined);
  });

  it('hashes names, contents and values, and nothing else', async () => {
    const a = path.join(folder, 'a.txt');
    const b = path.join(folder, 'b.txt');
    await writeFile(a, 'one');
    await writeFile(b, 'one');
    const key = await hashInputs(folder, [a], ['x']);
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(await hashInputs(folder, [a], ['x']), key);
    assert.notEqual(await hashInputs(folder, [b], ['x']), key, 'the name counts');
    assert.notEqual(await hashInputs(folder, [a], ['y']), key, 'a value counts');
    await writeFile(a, 'two');
    assert.notEqual(await hashInputs(folder, [a], ['x']), key, 'the content counts');
  });

  it('lists files in an order that never changes, hidden ones left out', async () => {
    const sub = path.join(folder, 'tree', 'sub');
    await mkdir(sub, { recursive: true });
    for (const name of ['z.diff', 'a.diff', '.hidden']) await writeFile(path.join(folder, 'tree', name), '');
    await writeFile(path.join(sub, 'm.diff'), '');
    const names = (await filesBelow(path.join(folder, 'tree'))).map((file) => path.relative(folder, file));
    assert.deepEqual(names, ['tree/a.diff', 'tree/sub/m.diff', 'tree/z.diff'].map(path.normalize));
    assert.deepEqual(await filesBelow(path.join(folder, 'nowhere')), []);
  });

  it('lets one build at a time, and takes over the lock of a process that is gone', async () => {
    const lock = path.join(folder, 'locks', 'build.lock');
    const order: string[] = [];
    const first = withLock(
      lock,
      () => undefined,
      async () => {
        order.push('first begins');
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push('first ends');
      },
    );
    const second = withLock(
      lock,
      () => order.push('second waits'),
      async () => {
        order.push('second runs');
        await Promise.resolve();
      },
    );
    await Promise.all([first, second]);
    assert.equal(order.at(-1), 'second runs');
    assert.ok(order.indexOf('second runs') > order.indexOf('first ends'));
    const goneProcess = 2 ** 22 + 1;
    await writeFile(lock, String(goneProcess));
    assert.equal(
      await withLock(
        lock,
        () => undefined,
        () => Promise.resolve('taken over'),
      ),
      'taken over',
    );
  });

  it('reports a failed command with its status and last lines', async () => {
    const program = 'console.log("before the end"); process.exit(3)';
    await assert.rejects(runCommand(process.execPath, ['-e', program]), (error: unknown) => {
      assert.ok(error instanceof CommandFailed);
      assert.equal(error.status, 3);
      assert.match(error.message, /before the end/);
      return true;
    });
    await assert.rejects(runCommand(path.join(folder, 'no-such-program'), []), CommandFailed);
  });
});
