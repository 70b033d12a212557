import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Tree } from '../../scripts/native/paths.js';
import { buildTools } from '../../scripts/native/tool-programs.js';
import { defaultModelPath } from '../native/model.js';

const run = promisify(execFile);
const promptTokens = 64;
const decodeTokens = 24;
const vocabulary = 49152;
const minutes = 60_000;

describe('dense path', function () {
  this.timeout(40 * minutes);

  let folder: string;
  let model: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-bits-'));
    model = await defaultModelPath();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The logits of a prompt and of greedy decoding, from a process of its own that runs llama.cpp of this tree. */
  async function logitsOf(tree: Tree['name']): Promise<Buffer> {
    const programs = await buildTools(tree, ['sp-dump-logits'], { progress: () => undefined });
    const file = path.join(folder, tree);
    await run(path.join(programs, 'sp-dump-logits'), [
      model,
      file,
      String(promptTokens),
      String(decodeTokens),
    ]);
    return readFile(file);
  }

  it('is bit-identical to llama.cpp without our patches', async () => {
    const ours = await logitsOf('patched');
    const upstream = await logitsOf('upstream');
    assert.equal(ours.length, (1 + decodeTokens) * vocabulary * Float32Array.BYTES_PER_ELEMENT);
    const first = new Float32Array(ours.buffer.slice(ours.byteOffset, ours.byteOffset + 4 * vocabulary));
    assert.ok(first.every(Number.isFinite) && new Set(first).size > 1000, 'logits are real');
    assert.ok(ours.equals(upstream), 'every logit of every pass has the same bits');
  });
});
