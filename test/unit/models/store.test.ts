import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CatalogueModel, DownloadProgress } from '../../../src/contract/index.js';
import { environmentHttp } from '../../../src/engine/models/download/http.js';
import { ModelStore } from '../../../src/engine/models/store.js';
import { SourceServer } from './source-server.js';

const bytes = Buffer.alloc(2_500_000, 'right');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const model: CatalogueModel = {
  id: 'test-model',
  name: 'Test model',
  family: 'other',
  parameters: '1',
  quantisation: 'F32',
  licence: 'MIT',
  fileName: 'test-model.gguf',
  size: bytes.length,
  memory: bytes.length,
  sha256,
  uses: ['completion'],
  fim: false,
  sources: [{ kind: 'huggingface', repo: 'a', revision: 'main', file: 'm.gguf' }],
};

describe('Model store', () => {
  let server: SourceServer;
  let folder: string;
  let store: ModelStore;

  beforeEach(async () => {
    server = await SourceServer.start();
    server.file('/a/resolve/main/m.gguf', bytes);
    folder = mkdtempSync(path.join(tmpdir(), 'store-'));
    store = new ModelStore(folder, [model], environmentHttp(), { HF_ENDPOINT: server.url });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function download(): Promise<readonly DownloadProgress[]> {
    const progress: DownloadProgress[] = [];
    const done = await store.download('test-model', {
      signal: new AbortController().signal,
      onProgress: (step) => progress.push(step),
    });
    assert.deepEqual(done, { id: 'test-model', path: path.join(folder, 'test-model.gguf'), sha256 });
    return progress;
  }

  it('does not read a file again that it has just downloaded', async () => {
    await download();
    const told: number[] = [];
    const file = path.join(folder, 'test-model.gguf');
    assert.equal(await store.hashes.sha256(file, { onProgress: (done) => told.push(done) }), sha256);
    assert.deepEqual(told, []);
    assert.deepEqual(await download(), [], 'what is there is not looked at twice either');
    assert.equal(server.asked.length, 1);
  });

  it('fetches a file anew that is not the one of the catalogue', async () => {
    const file = path.join(folder, 'test-model.gguf');
    writeFileSync(file, Buffer.alloc(bytes.length, 'wrong'));
    const progress = await download();
    assert.equal(progress[0]?.phase, 'verifying');
    assert.deepEqual(readFileSync(file), bytes);
  });

  it('takes a file for its own that has the right bytes, wherever it comes from', async () => {
    writeFileSync(path.join(folder, 'test-model.gguf'), bytes);
    await download();
    assert.equal(server.asked.length, 0);
  });
});
