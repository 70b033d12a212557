import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { requests } from '../../src/contract/index.js';
import type { EngineClient } from '../../src/engine/client/index.js';
import { entry, gguf, tensor, tinyModel } from '../unit/models/gguf-bytes.js';
import { complete, exampleCode, hasCode, loadRequest, newClient, testModel } from './support.js';

describe('Bad models', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bad-models-'));
  let client: EngineClient;
  let pid = 0;

  before(async () => {
    client = newClient();
    pid = (await client.start()).pid;
  });
  after(async () => {
    await client.dispose();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    assert.equal((await client.start()).pid, pid, 'the engine lives');
    assert.equal(client.state.kind, 'error');
  });

  const file = (name: string, bytes: Buffer): string => {
    const target = path.join(folder, name);
    writeFileSync(target, bytes);
    return target;
  };
  const refuses = (model: string, code: string, words: RegExp): Promise<void> =>
    assert.rejects(client.loadModel(loadRequest({ path: model })), hasCode(code, words));

  it('a missing file', () => refuses(path.join(folder, 'nothing.gguf'), 'model-not-found', /no file/));
  it('an empty file', () => refuses(file('empty.gguf', Buffer.alloc(0)), 'model-not-gguf', /empty/));
  it('another format', () =>
    refuses(file('text.gguf', Buffer.alloc(5000, 'text')), 'model-not-gguf', /not a usable/));
  it('an unknown architecture', () =>
    refuses(file('future.gguf', tinyModel('future-arch')), 'model-unsupported', /"future-arch"/));

  it('a real model cut in the middle', async () => {
    const cut = path.join(folder, 'cut.gguf');
    copyFileSync(testModel(), cut);
    truncateSync(cut, 40_000_000);
    await refuses(cut, 'model-truncated', /40000000 of/);
  });

  it('a file that passes for a model but is none', () =>
    refuses(file('tiny.gguf', tinyModel('llama')), 'model-unsupported', /cannot be loaded/));

  it('a model larger than the memory', async () => {
    const values = Math.ceil(totalmem() / 4) + 1;
    const header = gguf({
      entries: [entry('general.architecture', 'llama')],
      tensors: [tensor({ name: 'token_embd.weight', values, type: 0, offset: 0 })],
    });
    const huge = file('huge.gguf', header);
    const handle = openSync(huge, 'r+');
    ftruncateSync(handle, header.length + values * 4);
    closeSync(handle);
    await refuses(huge, 'model-too-large', /GB, this machine/);
  });

  it('a file with another hash than expected', () =>
    assert.rejects(
      client.loadModel(loadRequest({ expectedSha256: '0'.repeat(64) })),
      hasCode('model-hash-mismatch', /expected 0000/),
    ));

  it('no model at all', () => assert.rejects(complete(client, exampleCode), hasCode('no-model')));

  it('nothing of it keeps a good model from working', async () => {
    await client.loadModel(loadRequest());
    assert.ok((await complete(client, exampleCode)).text.length > 0);
    await client.unloadModel();
    await assert.rejects(client.request(requests.tokenize, { text: 'x' }), hasCode('no-model'));
    await refuses(path.join(folder, 'nothing.gguf'), 'model-not-found', /no file/);
  });
});
