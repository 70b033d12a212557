import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CalibrateResult, GenerateResult } from '../../src/contract/index.js';
import { copyMetadata } from '../../src/engine/models/gguf/entries.js';
import { sampleText } from '../../src/engine/measure/sample.js';
import { hashFile } from '../../src/engine/host/file-hash.js';
import { complete, exampleCode, loaderFlags, loadRequest, newClient, testModel } from './support.js';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const shippedProfiles = fileURLToPath(new URL('../../media/profiles', import.meta.url));

const sparse = { sparsity: { selector: 'chess', density: 0.5 }, correction: { mode: 'fast' } } as const;

describe('Calibrating from the command line, on the real model', function () {
  this.timeout(900_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'calibrate-'));
  const models = path.join(folder, 'models');
  const profiles = path.join(models, 'profiles');
  const code = path.join(folder, 'code');
  let sha256 = '';

  before(async () => {
    sha256 = await hashFile(testModel());
    mkdirSync(path.join(code, 'ignored'), { recursive: true });
    for (let part = 0; part < 6; part++)
      writeFileSync(path.join(code, `part${part}.ts`), `// part ${part}\n${exampleCode.repeat(3)}`);
    writeFileSync(path.join(code, '.gitignore'), 'ignored/\n');
    writeFileSync(path.join(code, 'ignored', 'made.ts'), exampleCode);
    writeFileSync(path.join(code, 'secrets.ts'), exampleCode);
    writeFileSync(path.join(code, 'held-out.ts'), sampleText);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function start(...args: readonly string[]): ChildProcess {
    return spawn(
      process.execPath,
      [...loaderFlags, main, 'calibrate', code, '--model', testModel(), '--threads', '2', ...args],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, SPARSE_PILOT_MODELS: models },
      },
    );
  }

  /** Completes sparsely in a fresh engine with the profiles of `models`. */
  async function completeSparsely(): Promise<{ readonly result: GenerateResult; readonly log: string }> {
    const client = newClient({ env: { SPARSE_PILOT_MODELS: models } });
    let log = '';
    client.onLog(({ message }) => (log += `${message}\n`));
    try {
      await client.loadModel(loadRequest({ sparseLayouts: true, contextSize: 1024 }));
      return { result: await complete(client, exampleCode, sparse), log };
    } finally {
      await client.dispose();
    }
  }

  it('uses the profile that comes with the extension until there is one', async () => {
    const { result, log } = await completeSparsely();
    assert.ok(log.includes(path.join(shippedProfiles, `${sha256}.sparsity.gguf`)), log);
    assert.equal(result.sparsity.off, undefined);
    assert.ok(Math.abs(result.sparsity.density - 0.5) < 0.15, String(result.sparsity.density));
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const child = start('--tokens', '4000');
    const ended = once(child, 'close') as Promise<[number | null]>;
    let words = '';
    let interrupted = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
      if (interrupted || !words.includes('Calibrating')) return;
      interrupted = true;
      // As Ctrl+C does: to the command line and its engine alike.
      process.kill(-(child.pid ?? 0), 'SIGINT');
    });
    const [exit] = await ended;
    assert.equal(exit, 1, words);
    assert.match(words, /cancelled/);
    assert.deepEqual(readdirSync(profiles), []);
  });

  it('writes a small profile of this model, measured by itself, from what may be read', async () => {
    const child = start('--tokens', '800', '--json');
    let out = '';
    let words = '';
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
    const [exit] = (await once(child, 'close')) as [number | null];
    assert.equal(exit, 0, words);
    const result = JSON.parse(out) as CalibrateResult;
    assert.equal(result.profilePath, path.join(profiles, `${sha256}.sparsity.gguf`));
    assert.deepEqual(readdirSync(profiles), [`${sha256}.sparsity.gguf`]);
    assert.ok(result.files >= 1 && result.files <= 5, 'one of six is held out; others must not be read');
    assert.ok(result.tokens > 300 && result.tokens <= 800);
    for (const curve of [result.before, result.after]) {
      assert.deepEqual(
        curve.map(({ density }) => density),
        [0.7, 0.5, 0.3],
      );
      const [most, , least] = curve;
      assert.ok(most && least && most.kl > 0 && least.kl > most.kl, JSON.stringify(curve));
    }
    assert.ok(statSync(result.profilePath).size <= 0.02 * statSync(testModel()).size);
    const written = new Map(
      copyMetadata(result.profilePath, 'sparse-pilot.profile.').map(({ key, bytes }) => [
        key.slice('sparse-pilot.profile.'.length),
        bytes.subarray(8 + Buffer.byteLength(key) + 4),
      ]),
    );
    assert.equal(written.get('version')?.readUInt32LE(), 1);
    assert.equal(written.get('model-sha256')?.subarray(8).toString(), sha256);
    const curve = written.get('curve')?.subarray(12);
    assert.ok(curve);
    const numbers = Array.from({ length: curve.length / 4 }, (_, at) => curve.readFloatLE(4 * at));
    assert.deepEqual(
      numbers.filter((_, at) => at % 3 === 1).map((density) => Number(density.toFixed(2))),
      [0.7, 0.5, 0.3],
    );
    const sensitivity = written.get('sensitivity')?.subarray(12);
    const measured = sensitivity?.readFloatLE() ?? Number.NaN;
    assert.equal(measured >= 0, result.layers === 'by-sensitivity');
  });

  it('is used in place of the shipped one from then on', async () => {
    const { result, log } = await completeSparsely();
    assert.ok(log.includes(`${profiles}${path.sep}${sha256}`), log);
    assert.equal(result.sparsity.off, undefined);
    assert.ok(result.sparsity.density < 0.8);
  });

  it('runs dense with the reason when the profile is damaged or of another model', async () => {
    const own = path.join(profiles, `${sha256}.sparsity.gguf`);
    const kept = path.join(folder, 'kept.gguf');
    copyFileSync(own, kept);
    truncateSync(own, statSync(own).size - 5000);
    const damaged = await completeSparsely();
    assert.match(damaged.result.sparsity.off ?? '', /truncated/);
    assert.equal(damaged.result.sparsity.density, 1);
    assert.match(damaged.log, /Everything runs dense/);

    const shipped = readdirSync(shippedProfiles).filter((name) => !name.startsWith(sha256));
    const [foreign] = shipped;
    assert.ok(foreign, 'a profile of another default model');
    copyFileSync(path.join(shippedProfiles, foreign), own);
    const other = await completeSparsely();
    assert.match(other.result.sparsity.off ?? '', /another model/);
    copyFileSync(kept, own);
    assert.equal((await completeSparsely()).result.sparsity.off, undefined);
  });
});
