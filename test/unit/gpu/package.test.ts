import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packCudaPart, publishedSource, withPart } from '../../../scripts/package/cuda/part.js';
import { cudaBinsFolder } from '../../../scripts/cuda/paths.js';
import { binsFolder } from '../../../scripts/native/paths.js';
import { cudaRecordName, publishedCuda, type CudaPart } from '../../../src/contract/index.js';
import { downloadCudaPart } from '../../../src/engine/gpu/download.js';
import { cudaOnDisk } from '../../../src/engine/gpu/installed.js';
import { environmentHttp } from '../../../src/engine/models/download/http.js';
import { SourceServer } from '../models/source-server.js';

describe('Packaging the CUDA part', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cuda-package-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const library = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * index) & 0xff));

  async function build(): Promise<string> {
    const bins = path.join(folder, 'bins');
    await mkdir(bins);
    writeFileSync(path.join(bins, 'libggml-cuda.so'), library);
    writeFileSync(path.join(folder, 'libcudart.so.13'), 'runtime');
    symlinkSync(path.join(folder, 'libcudart.so.13'), path.join(bins, 'libcudart.so.13'));
    const files = { 'libggml-cuda.so': library.length, 'libcudart.so.13': 7 };
    const record = { version: '9.9.9', kind: 'full', capabilities: [75, 90], minimumDriver: 580, files };
    writeFileSync(path.join(bins, cudaRecordName), JSON.stringify(record));
    return bins;
  }

  it('makes an archive that the extension fetches, checks and finds complete', async () => {
    const part = await packCudaPart(await build(), 'linux-x64', folder);
    assert.equal(part.fileName, 'sparse-pilot-cuda-9.9.9-linux-x64.zip');
    const server = await SourceServer.start();
    try {
      server.file(`/9.9.9/${part.fileName}`, readFileSync(path.join(folder, part.fileName)));
      const release = withPart(null, `${server.url}/{version}/{file}`, part);
      const root = path.join(folder, 'gpu');
      const { folder: installed } = await downloadCudaPart(release, part, {
        root,
        http: environmentHttp(),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        freeSpace: () => Promise.resolve(1e12),
      });
      assert.deepEqual(readFileSync(path.join(installed, 'libggml-cuda.so')), library);
      assert.equal(readFileSync(path.join(installed, 'libcudart.so.13'), 'utf8'), 'runtime');
      assert.deepEqual(await cudaOnDisk(root, part, undefined), {
        kind: 'complete',
        folder: installed,
        capabilities: [75, 90],
        minimumDriver: 580,
      });
    } finally {
      await server.stop();
    }
  });

  it('makes the same archive of the same files', async () => {
    const bins = await build();
    const first = await packCudaPart(bins, 'linux-x64', path.join(folder, 'one'));
    assert.deepEqual(await packCudaPart(bins, 'linux-x64', path.join(folder, 'two')), first);
  });

  it('refuses files that changed since the build', async () => {
    const bins = await build();
    writeFileSync(path.join(bins, 'libggml-cuda.so'), 'other');
    await assert.rejects(packCudaPart(bins, 'linux-x64', folder), /libggml-cuda\.so changed/);
  });

  it('keeps other platforms of the same version in the list, and nothing of another', () => {
    const part = (platform: string, version: string) => ({ platform, version }) as CudaPart;
    const before = { urlTemplate: 'a', parts: [part('x', '1'), part('y', '1'), part('z', '0')] };
    const after = withPart(before, 'b', part('y', '1'));
    assert.deepEqual(after, { urlTemplate: 'b', parts: [part('x', '1'), part('y', '1')] });
  });

  it('writes the list as it stands in the contract', () => {
    const file = path.join(import.meta.dirname, '../../../src/contract/gpu/published.ts');
    const lines = (text: string) => text.replace(/\s+|['",;]/g, '');
    assert.equal(lines(readFileSync(file, 'utf8')), lines(publishedSource(publishedCuda)));
  });

  it('keeps builds where packaging the extension does not look', () => {
    assert.ok(path.relative(binsFolder, cudaBinsFolder).startsWith('..'));
  });
});
