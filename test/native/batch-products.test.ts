import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import { SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';
import type { NativeBinding, Products } from '../../src/engine/native/index.js';
import { randomFormats } from '../../src/engine/models/random/formats.js';
import { makeRandomModel } from '../../src/engine/models/random/make.js';
import { shapes } from '../../src/engine/models/random/shapes.js';
import { defaultModelPath } from './model.js';
import { nativeBuild } from './sparse-fixture.js';

const count = 120;
const steps = [1, 2, 3, 4, 5, 8, 16];

/** A model, a context on it, and what it says of a text. */
class Bench {
  private constructor(
    readonly binding: NativeBinding,
    readonly model: LlamaModel,
    readonly context: LlamaContext,
    readonly tokens: Uint32Array,
  ) {}

  static async open(modelPath: string, length = count): Promise<Bench> {
    const { binding, llama } = await nativeBuild();
    const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
    const context = await model.createContext({ contextSize: 512, threads: 2 });
    const text = await readFile(new URL(import.meta.url), 'utf8');
    return new Bench(binding, model, context, Uint32Array.from(model.tokenize(text).slice(0, length)));
  }

  /** Of the text's first tokens, in passes of these sizes. */
  async inTurns(sizes: readonly number[]): Promise<Float32Array> {
    return withContext(this.context, async (handle) => {
      this.binding.spTruncateSequence(handle, 0, 0);
      const parts: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        const tokens = this.tokens.slice(at, at + size);
        const part = await this.binding.spEvaluateLogits(handle, 0, at, tokens, size, 'batch');
        parts.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
        at += size;
      }
      return new Float32Array(Uint8Array.from(Buffer.concat(parts)).buffer);
    });
  }

  /** Of the text's tokens from `from` on; those before are read as a prompt is. */
  logits(step: number, products: Products, from = 0): Promise<Float32Array> {
    return withContext(this.context, async (handle) => {
      this.binding.spTruncateSequence(handle, 0, 0);
      if (from > 0)
        await this.binding.spEvaluateLogits(handle, 0, 0, this.tokens.slice(0, from), 128, 'upstream');
      return this.binding.spEvaluateLogits(handle, 0, from, this.tokens.slice(from), step, products);
    });
  }

  async dispose(): Promise<void> {
    await this.context.dispose();
    await this.model.dispose();
  }
}

const sameBits = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

const assertReal = (logits: Float32Array): void =>
  assert.ok(logits.every(Number.isFinite) && new Set(logits).size > 1000, 'logits are real');

describe('our products', function () {
  this.timeout(120_000);

  let bench: Bench;
  before(async () => {
    bench = await Bench.open(await defaultModelPath());
  });
  after(() => bench.dispose());

  it('give one token, and several at once, the bits of upstream one at a time', async () => {
    const oneByOne = await bench.logits(1, 'upstream');
    assertReal(oneByOne);
    const before = bench.binding.spBatchProducts();
    for (const step of steps)
      assert.ok(sameBits(await bench.logits(step, 'batch'), oneByOne), `${String(step)} at a time`);
    if (bench.binding.spSimdName().startsWith('avx'))
      assert.ok(bench.binding.spBatchProducts() - before > 100, 'by our kernels');
  });

  it('do so far into a text too, where attention splits a single token among the threads', async () => {
    const far = await Bench.open(await defaultModelPath(), 440);
    try {
      const oneByOne = await far.logits(1, 'upstream', 400);
      assertReal(oneByOne);
      for (const step of steps)
        assert.ok(sameBits(await far.logits(step, 'batch', 400), oneByOne), `${String(step)} at a time`);
    } finally {
      await far.dispose();
    }
  });

  it('give the same bits when sizes take turns, and more graphs are asked for than are kept', async () => {
    const oneByOne = await bench.logits(1, 'upstream');
    const assertAlike = async (): Promise<void> => {
      const inTurns = await bench.inTurns([1, 2, 1, 3, 1, 4, 5, 6, 7, 8, 9, 12, 1, 8, 7, 6, 5, 4, 3, 2, 1]);
      assert.ok(sameBits(inTurns, oneByOne.subarray(0, inTurns.length)));
    };
    await assertAlike();
    const engine = await SparseEngine.open(bench.binding, await defaultModelPath(), { threads: 2 });
    const sparse = await SparseContext.attach(bench.context, engine);
    try {
      await sparse.select(0);
      await sparse.configure(0, { selector: 'cats', density: 0.5 });
      // the eight sizes of graphs that observe, then of those that do not, and again: ten are kept
      for (const pass of ['dense', 'plain', 'dense', 'plain'] as const) {
        await sparse.setPass(pass);
        await assertAlike();
      }
    } finally {
      await sparse.dispose();
    }
  });

  it('keep the graphs of sizes that take turns', async () => {
    const turns = (rounds: number): number[] => Array.from({ length: rounds }, () => [1, 4, 1, 8]).flat();
    await bench.inTurns(turns(1));
    const before = bench.binding.spBatchProducts();
    await bench.inTurns(turns(8));
    assert.equal(bench.binding.spBatchProducts(), before, 'none was built anew');
  });

  it('leave the context as upstream has it', async () => {
    const before = await bench.logits(40, 'upstream');
    await bench.logits(40, 'batch');
    assert.ok(sameBits(await bench.logits(40, 'upstream'), before));
  });

  it('work beside the sparse engine, which has the same hook', async () => {
    const oneByOne = await bench.logits(1, 'upstream');
    const engine = await SparseEngine.open(bench.binding, await defaultModelPath(), { threads: 2 });
    const sparse = await SparseContext.attach(bench.context, engine);
    try {
      assert.ok(sameBits(await bench.logits(4, 'batch'), oneByOne), 'before a sequence was selected');
      await sparse.select(0);
      assert.ok(sameBits(await bench.logits(4, 'batch'), oneByOne));
      await sparse.configure(0, { selector: 'cats', density: 0.5 });
      await sparse.setPass('dense');
      for (const step of [1, 4])
        assert.ok(sameBits(await bench.logits(step, 'batch'), oneByOne), 'with a selector that observes');
      await sparse.setPass('sparse');
      assert.ok(!sameBits(await bench.logits(1, 'batch'), oneByOne), 'sparse passes stay sparse');
    } finally {
      await sparse.dispose();
    }
  });
});

/** Types whose additions we follow; Q4_0 and Q4_K as upstream rearranges them when it loads. */
describe('our products of made models', function () {
  this.timeout(120_000);

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-products-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const name of ['Q8_0', 'Q4_0', 'Q5_0', 'Q4_K', 'Q6_K'])
    it(`${name}: give upstream's bits`, async () => {
      const format = randomFormats.find((known) => known.name === name);
      const shape = shapes.find((known) => known.name === 'tiny');
      assert.ok(format !== undefined && shape !== undefined);
      const file = await makeRandomModel({
        shape,
        format,
        vocabulary: await defaultModelPath(),
        folder,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      const bench = await Bench.open(file, 40);
      try {
        const oneByOne = await bench.logits(1, 'upstream');
        assertReal(oneByOne);
        for (const step of steps) {
          const before = bench.binding.spBatchProducts();
          assert.ok(sameBits(await bench.logits(step, 'batch'), oneByOne), `${String(step)} at a time`);
          if (bench.binding.spSimdName() === 'avx512-vnni')
            assert.ok(bench.binding.spBatchProducts() - before > 10, 'by our kernels');
        }
      } finally {
        await bench.dispose();
      }
    });
});
