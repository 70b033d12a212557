import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CudaPart, CudaRelease, DownloadProgress } from '../../../src/contract/index.js';
import { EngineError } from '../../../src/engine/engine-error.js';
import { downloadCudaPart } from '../../../src/engine/gpu/download.js';
import type { Driver } from '../../../src/engine/gpu/driver.js';
import { partFolder } from '../../../src/engine/gpu/folders.js';
import { cudaOnDisk } from '../../../src/engine/gpu/installed.js';
import { GpuSupport } from '../../../src/engine/gpu/support.js';
import { environmentHttp } from '../../../src/engine/models/download/http.js';
import { dropping, SourceServer } from '../models/source-server.js';
import { makeArchive } from './archive.js';

const { part, bytes, library } = makeArchive();
const address = '/v1.2.3/cuda.zip';

describe('Download of the CUDA part', () => {
  let server: SourceServer;
  let root: string;
  let release: CudaRelease;
  const progress: DownloadProgress[] = [];

  beforeEach(async () => {
    server = await SourceServer.start();
    release = { urlTemplate: `${server.url}/v{version}/{file}`, parts: [part] };
    root = path.join(mkdtempSync(path.join(tmpdir(), 'gpu-')), 'gpu');
    progress.length = 0;
  });
  afterEach(async () => {
    await server.stop();
    rmSync(path.dirname(root), { recursive: true, force: true });
  });

  const get = (more: { part?: CudaPart; signal?: AbortSignal; freeSpace?: number } = {}) =>
    downloadCudaPart(release, more.part ?? part, {
      root,
      http: environmentHttp(),
      signal: more.signal ?? new AbortController().signal,
      onProgress: (step) => progress.push(step),
      freeSpace: () => Promise.resolve(more.freeSpace ?? 1e12),
    });
  const code = (wanted: string, words?: RegExp) => (error: unknown) =>
    error instanceof EngineError && error.code === wanted && (words?.test(error.message) ?? true);
  const whole = () => cudaOnDisk(root, part, undefined);

  it('fetches, checks and unpacks exactly what the release lists', async () => {
    server.file(address, bytes);
    const { folder } = await get();
    assert.equal(folder, partFolder(root, part));
    assert.deepEqual(readdirSync(folder).sort(), ['libggml-cuda.so', 'sparse-pilot-cuda.json']);
    assert.deepEqual(readFileSync(path.join(folder, 'libggml-cuda.so')), library);
    assert.equal((await whole()).kind, 'complete');
    assert.deepEqual(
      progress.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]),
      ['checking', 'downloading', 'verifying', 'done'],
    );
    assert.deepEqual(readdirSync(path.join(root, '.partial')), []);
  });

  it('says so when the release page has no such file, and leaves nothing behind that looks complete', async () => {
    await assert.rejects(get(), code('download-failed', /answered 404/));
    assert.equal((await whole()).kind, 'absent');
  });

  it('refuses other bytes, keeps none of them, and can be tried again', async () => {
    const other = Buffer.from(bytes);
    other[1000] = (other[1000] ?? 0) ^ 1;
    server.file(address, other);
    await assert.rejects(get(), code('download-failed', /other bytes than expected/));
    assert.equal((await whole()).kind, 'absent');
    server.file(address, bytes);
    await get();
    assert.equal(server.asked.at(-1)?.range, undefined, 'the wrong bytes were not built upon');
    assert.equal((await whole()).kind, 'complete');
  });

  it('goes on where a cut connection stopped', async () => {
    server.on(address, dropping(bytes, 70_000, 1));
    await get();
    assert.deepEqual(
      server.asked.map(({ range }) => range),
      [undefined, 'bytes=70000-'],
    );
    assert.equal((await whole()).kind, 'complete');
  });

  it('stops when cancelled, keeps what has arrived, and resumes', async () => {
    const stop = new AbortController();
    server.on(address, (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 60_000), () => setTimeout(() => stop.abort(), 50));
    });
    await assert.rejects(get({ signal: stop.signal }), code('cancelled'));
    assert.equal((await whole()).kind, 'absent');
    server.file(address, bytes);
    await get();
    assert.match(server.asked.at(-1)?.range ?? '', /^bytes=\d{4,5}-$/);
    assert.equal((await whole()).kind, 'complete');
  });

  it('looks at the free space, archive and contents together, before it asks', async () => {
    server.file(address, bytes);
    const both = bytes.length + library.length + (64 << 20);
    await assert.rejects(get({ freeSpace: both }), code('disk-full', /GPU support needs .* free/));
    assert.deepEqual(server.asked, []);
    await get({ freeSpace: both + 1000 });
  });

  it('replaces a damaged copy and removes the part of another release, and nothing else', async () => {
    server.file(address, bytes);
    const { folder } = await get();
    writeFileSync(path.join(folder, 'libggml-cuda.so'), 'cut short');
    const another = path.join(root, '0123456789abcdef');
    mkdirSync(another);
    writeFileSync(path.join(root, 'letter.txt'), 'of the user, who chose this folder');
    mkdirSync(path.join(root, 'photographs'));
    const damaged = await whole();
    assert.ok(damaged.kind === 'damaged' && /libggml-cuda\.so has 9 bytes/.test(damaged.reason));
    await get();
    assert.equal((await whole()).kind, 'complete');
    assert.equal(existsSync(another), false);
    for (const kept of ['letter.txt', 'photographs']) assert.ok(existsSync(path.join(root, kept)), kept);
  });

  it('takes nothing out of an archive that lacks a file, holds another size, or names a path', async () => {
    server.file(address, bytes);
    for (const name of ['missing.so', '../outside.so']) {
      const listed = { ...part, files: [{ name, size: 10 }] };
      await assert.rejects(
        get({ part: listed }),
        code('download-failed', /has no missing|no plain file name/),
      );
    }
    const longer = { ...part, files: [{ name: 'libggml-cuda.so', size: library.length + 1 }] };
    await assert.rejects(get({ part: longer }), code('download-failed', /bytes instead of/));
    assert.deepEqual(readdirSync(root), ['.partial']);
    assert.equal(existsSync(path.join(path.dirname(root), 'outside.so')), false);
  });

  describe('through what the engine offers', () => {
    const card: Driver = { kind: 'found', gpu: 'Test GPU', capability: 86, version: 580 };
    it('does not ask the driver on a platform without a part', async () => {
      const elsewhere = new GpuSupport({
        root,
        release,
        http: environmentHttp(),
        probe: () => assert.fail('asked'),
        platform: 'win32-x64',
        built: undefined,
      });
      const plan = await elsewhere.plan();
      assert.ok(plan.kind === 'processor' && /is for linux-x64 only/.test(plan.words));
    });

    const support = (driver: Driver, from: CudaRelease | null) =>
      new GpuSupport({
        root,
        release: from,
        http: environmentHttp(),
        probe: () => Promise.resolve(driver),
        platform: 'linux-x64',
        built: undefined,
      });
    const run = (one: GpuSupport) => one.get(new AbortController().signal, (step) => progress.push(step));

    it('is offered, fetched, and loaded by the next plan; a second time nothing is asked', async () => {
      server.file(address, bytes);
      const one = support(card, release);
      const before = await one.plan();
      assert.ok(before.kind === 'processor' && before.offer?.downloadBytes === part.size);
      const { folder } = await run(one);
      assert.deepEqual(await one.plan(), { kind: 'load', folder, gpu: 'Test GPU' });
      assert.deepEqual(await run(one), { folder });
      assert.equal(server.asked.length, 1);
    });

    it('says "not published yet" where there is no release', async () => {
      await assert.rejects(run(support(card, null)), code('not-built-yet', /was not published yet/));
    });

    it('fetches nothing without a driver, nor for a GPU without kernels', async () => {
      server.file(address, bytes);
      const none: Driver = { kind: 'none', reason: 'no NVIDIA driver was found' };
      await assert.rejects(run(support(none, release)), code('not-built-yet', /no NVIDIA driver/));
      const old: Driver = { ...card, capability: 61 };
      await assert.rejects(run(support(old, release)), code('not-built-yet', /compute capability 6.1/));
      assert.deepEqual(server.asked, []);
    });
  });
});
