import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineError } from '../../../src/engine/engine-error.js';
import { readGgufHeader } from '../../../src/engine/models/gguf/header.js';
import { tensorTypes } from '../../../src/engine/models/gguf/tensor-types.js';
import { randomFormats } from '../../../src/engine/models/random/formats.js';
import { halfBits } from '../../../src/engine/models/random/half.js';
import { makeRandomModel, type MakeRandomModelOptions } from '../../../src/engine/models/random/make.js';
import { RowPool } from '../../../src/engine/models/random/row-pool.js';
import { shapes } from '../../../src/engine/models/random/shapes.js';
import { entry, gguf, text, u32, u64 } from './gguf-bytes.js';

const [tiny] = shapes;
const format = (name: string) => {
  const found = randomFormats.find((known) => known.name === name);
  assert.ok(found);
  return found;
};

describe('Models with random weights', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'random-model-'));
  const vocabulary = path.join(folder, 'vocabulary.gguf');
  before(() =>
    writeFileSync(
      vocabulary,
      gguf({
        entries: [
          entry('general.name', 'other'),
          entry('tokenizer.ggml.model', 'gpt2'),
          Buffer.concat([
            text('tokenizer.ggml.tokens'),
            u32(9),
            u32(8),
            u64(3),
            ...['a', 'b', 'c'].map(text),
          ]),
        ],
      }),
    ),
  );
  after(() => rmSync(folder, { recursive: true }));

  const make = (more: Partial<MakeRandomModelOptions> = {}) => {
    assert.ok(tiny);
    return makeRandomModel({
      shape: tiny,
      format: format('Q8_0'),
      vocabulary,
      folder: path.join(folder, 'made'),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...more,
    });
  };

  for (const each of randomFormats)
    it(`are whole files in ${each.name}, with the tokenizer of another`, async () => {
      const shares: number[] = [];
      const file = await make({ format: each, onProgress: (done) => shares.push(done) });
      const header = readGgufHeader(file);
      assert.equal(header.claimedSize, header.fileSize);
      assert.equal(header.architecture, 'llama');
      assert.equal(header.metadata.get('tokenizer.ggml.model'), 'gpt2');
      assert.equal(header.metadata.get('llama.vocab_size'), 3);
      const layer = 256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 1024 + 2 * 256;
      assert.equal(header.parameters, 3 * 256 + 256 + 4 * layer);
      assert.equal(shares.at(-1), 1);
      assert.deepEqual([...shares].sort(), shares);
      const { values, bytes } = tensorTypes.get(each.type) ?? {};
      assert.deepEqual([each.values, each.bytes], [values, bytes]);
    });

  it('are made once, and are the same every time', async () => {
    const file = await make();
    const bytes = readFileSync(file);
    const { mtimeMs } = statSync(file);
    assert.equal(await make({ vocabulary: 'not read any more' }), file);
    assert.equal(statSync(file).mtimeMs, mtimeMs);
    const again = await make({ folder: path.join(folder, 'again') });
    assert.ok(readFileSync(again).equals(bytes));
  });

  it('are refused before a byte is written when the disk lacks the space', async () => {
    const full = path.join(folder, 'full');
    await assert.rejects(
      make({ folder: full, freeSpace: () => Promise.resolve(1000) }),
      (error) => error instanceof EngineError && error.code === 'disk-full',
    );
    assert.deepEqual(readdirSync(full), []);
  });

  it('leave nothing behind when they are cancelled', async () => {
    const stopped = path.join(folder, 'stopped');
    const stop = new AbortController();
    await assert.rejects(
      make({ folder: stopped, signal: stop.signal, onProgress: () => stop.abort() }),
      (error) => error instanceof EngineError && error.code === 'cancelled',
    );
    assert.deepEqual(readdirSync(stopped), []);
  });

  it('need a tokenizer', async () => {
    const other = path.join(folder, 'plain.gguf');
    writeFileSync(other, gguf({ entries: [entry('general.name', 'none')] }));
    const elsewhere = path.join(folder, 'elsewhere');
    await assert.rejects(make({ vocabulary: other, folder: elsewhere }), /no tokenizer/);
    writeFileSync(other, 'text');
    await assert.rejects(make({ vocabulary: other, folder: elsewhere }), /cannot be read/);
    assert.equal(existsSync(elsewhere), false);
  });

  it('have weights of the standard deviation that keeps activations in range', () => {
    const width = 1024;
    const pool = new RowPool(width, format('Q4_0'), 7);
    const squares = Array.from({ length: 64 }, () => {
      const row = pool.draw();
      let sum = 0;
      for (let at = 0; at < row.length; at += 18) {
        const scale = halfValue(row.readUInt16LE(at));
        for (const byte of row.subarray(at + 2, at + 18))
          sum += ((byte & 15) - 8) ** 2 * scale ** 2 + ((byte >> 4) - 8) ** 2 * scale ** 2;
      }
      return sum;
    });
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
    assert.ok(Math.abs(mean - 1) < 0.05, String(mean));
  });

  it('have scales rounded to the nearest half', () => {
    for (const [value, bits] of [
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [1e6, 0x7c00],
      [0.1, 0x2e66],
      [1.9998, 0x4000],
      [1e-9, 0],
    ] as const)
      assert.equal(halfBits(value), bits, String(value));
  });
});

/** A normal, finite half. */
const halfValue = (bits: number): number =>
  (bits & 0x8000 ? -1 : 1) * 2 ** (((bits >> 10) & 31) - 15) * (1 + (bits & 0x3ff) / 1024);
