import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import { SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';
import type { NativeBinding } from '../../src/engine/native/index.js';
import { defaultModelPath } from './model.js';
import { nativeBuild } from './sparse-fixture.js';

/** From position 256 on upstream's attention sums one token's cells in another order than several tokens'. */
const count = 120;

describe('products of short batches', function () {
  this.timeout(120_000);

  let binding: NativeBinding;
  let model: LlamaModel;
  let context: LlamaContext;
  let tokens: Uint32Array;

  const logits = (step: number, products: 'upstream' | 'batch'): Promise<Float32Array> =>
    withContext(context, (handle) => {
      binding.spTruncateSequence(handle, 0, 0);
      return binding.spEvaluateLogits(handle, 0, 0, tokens, step, products);
    });

  const sameBits = (a: Float32Array, b: Float32Array): boolean =>
    Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
      Buffer.from(b.buffer, b.byteOffset, b.byteLength),
    );

  before(async () => {
    const native = await nativeBuild();
    binding = native.binding;
    model = await native.llama.loadModel({ modelPath: await defaultModelPath(), gpuLayers: 0 });
    context = await model.createContext({ contextSize: 512, threads: 2 });
    const text = await readFile(new URL(import.meta.url), 'utf8');
    tokens = Uint32Array.from(model.tokenize(text).slice(0, count));
  });
  after(async () => {
    await context.dispose();
    await model.dispose();
  });

  it('give several tokens at once the bits of one at a time', async () => {
    const oneByOne = await logits(1, 'upstream');
    assert.ok(oneByOne.every(Number.isFinite) && new Set(oneByOne).size > 1000, 'logits are real');
    const before = binding.spBatchProducts();
    for (const step of [2, 3, 4, 5, 8, 16])
      assert.ok(sameBits(await logits(step, 'batch'), oneByOne), `${String(step)} at a time`);
    if (binding.spSimdName().startsWith('avx')) assert.ok(binding.spBatchProducts() - before > 100, 'by our kernels');
  });

  it('leave the context as upstream has it', async () => {
    const before = await logits(40, 'upstream');
    await logits(40, 'batch');
    assert.ok(sameBits(await logits(40, 'upstream'), before));
  });

  it('work beside the sparse engine, which has the same hook', async () => {
    const oneByOne = await logits(1, 'upstream');
    const engine = await SparseEngine.open(binding, await defaultModelPath(), { threads: 2 });
    const sparse = await SparseContext.attach(context, engine);
    try {
      assert.ok(sameBits(await logits(4, 'batch'), oneByOne), 'before a sequence was selected');
      await sparse.select(0);
      assert.ok(sameBits(await logits(4, 'batch'), oneByOne));
      await sparse.configure(0, { selector: 'cats', density: 0.5 });
      await sparse.setPass('dense');
      assert.ok(sameBits(await logits(4, 'batch'), oneByOne), 'with a selector that observes');
    } finally {
      await sparse.dispose();
    }
  });
});
