import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HashCache } from '../../../src/engine/host/file-hash.js';

describe('Cache of hashes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hashes-'));
  after(() => rmSync(folder, { recursive: true }));

  const bytes = Buffer.alloc(3_500_000, 'a model');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const model = path.join(folder, 'm.gguf');
  before(() => writeFileSync(model, bytes));

  /** Hashes the model; the result is how often progress was told. */
  async function looks(cache: HashCache): Promise<readonly number[]> {
    const told: number[] = [];
    assert.equal(await cache.sha256(model, { onProgress: (done) => told.push(done) }), sha256);
    return told;
  }

  it('tells how far it is, up to the end, and reads a file once', async () => {
    const file = path.join(folder, 'once', 'hashes.json');
    const told = await looks(new HashCache(file));
    assert.equal(told.at(-1), 1);
    assert.ok(told.length > 2 && told.every((done, index) => done > (told[index - 1] ?? 0)), told.join());
    assert.deepEqual(await looks(new HashCache(file)), []);
  });

  it('reads a file not at all whose hash was put there', async () => {
    const cache = new HashCache(path.join(folder, 'put', 'hashes.json'));
    await cache.put(model, sha256);
    assert.deepEqual(await looks(cache), []);
  });

  it('reads a changed file again', async () => {
    const cache = new HashCache(path.join(folder, 'changed', 'hashes.json'));
    await cache.put(model, sha256);
    writeFileSync(model, bytes);
    assert.notDeepEqual(await looks(cache), []);
  });

  it('remembers in memory where nothing can be written', async () => {
    const cache = new HashCache(path.join(model, 'hashes.json'));
    assert.notDeepEqual(await looks(cache), []);
    assert.deepEqual(await looks(cache), []);
    assert.equal(readFileSync(model).length, bytes.length);
  });

  it('stops reading when it is told to', async () => {
    const stop = new AbortController();
    const cache = new HashCache(path.join(folder, 'stopped', 'hashes.json'));
    const hashing = cache.sha256(model, { signal: stop.signal, onProgress: () => stop.abort() });
    await assert.rejects(hashing, { name: 'AbortError' });
  });
});
