import assert from 'node:assert/strict';
import { writeFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LoopContext } from '../../src/engine/correction/context.js';
import { SparseContext, SparseEngine, withContext } from '../../src/engine/native/index.js';
import { defaultModelPath } from './model.js';
import { nativeBuild, Rig, sampleCode } from './sparse-fixture.js';

describe('sparse engine, its life and its errors', function () {
  this.timeout(600_000);

  let rig: Rig;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-life-'));
    rig = await Rig.open(await defaultModelPath());
  });
  after(async () => {
    await rig.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('switches on, off and over a thousand times without growing, and dense bits come back', async () => {
    const toggles = 1000;
    const warmUp = 200;
    const allowedGrowth = 24 * 1024 ** 2;
    const tokens = rig.tokens(sampleCode).subarray(0, 8);
    await rig.sparse.setPass('dense');
    const dense = await rig.logits(tokens, 1);
    const selectors = ['cats', 'none', 'chess', 'griffin', 'topk', 'rolling'] as const;
    let resident = 0;
    for (let i = 0; i < toggles; i++) {
      const selector = selectors[i % selectors.length] ?? 'none';
      await rig.sparse.configure(0, { selector, density: 0.3 + 0.1 * (i % 7) });
      await rig.sparse.setPass(i % 4 === 3 ? 'dense' : 'sparse');
      if (i % 50 === 0) await rig.sparse.reset(0);
      await rig.logits(tokens.subarray(0, 1 + (i % 2)), 1 + (i % 2));
      if (i === warmUp) resident = process.memoryUsage().rss;
    }
    const growth = process.memoryUsage().rss - resident;
    assert.ok(growth < allowedGrowth, `resident memory grew by ${growth} bytes`);
    await rig.sparse.configure(0, { selector: 'none', density: 1 });
    await rig.sparse.setPass('sparse');
    assert.deepEqual(await rig.logits(tokens, 1), dense);
  });

  it('goes from selector to selector in a thousand generations of the loop without growing', async () => {
    const turns = 1000;
    const warmUp = 300;
    const allowedGrowth = 24 * 1024 ** 2;
    const loop = new LoopContext(rig.context, rig.binding);
    const sequence = loop.sequence(0);
    const prompt = [...rig.tokens(sampleCode).subarray(0, 8)];
    const selectors = [
      'teal',
      'cats',
      'none',
      'qsparse',
      'griffin',
      'block-qsparse',
      'rolling',
      'topk',
    ] as const;
    let resident = 0;
    for (let turn = 0; turn < turns; turn++) {
      const selector = selectors[turn % selectors.length] ?? 'none';
      await rig.sparse.configure(0, {
        selector,
        density: 0.3 + 0.1 * (turn % 6),
        weightNorm: turn % 16 === 0,
      });
      await rig.sparse.beginRequest(0, turn % 3 === 0 ? 0 : sequence.tokens.length);
      await rig.sparse.clearCounters(0);
      const generation = sequence.start(prompt, { correction: { mode: 'fast' }, stop: { maxTokens: 2 } });
      await generation.run(() => undefined);
      generation.dispose();
      const { passes } = await rig.sparse.counters(0);
      assert.equal(
        passes.some((count) => count > 0),
        selector !== 'none',
        selector,
      );
      if (turn === warmUp) resident = process.memoryUsage().rss;
    }
    const growth = process.memoryUsage().rss - resident;
    assert.ok(growth < allowedGrowth, `resident memory grew by ${growth} bytes`);
  });

  it('leaves the context as it was when it is detached', async () => {
    const tokens = rig.tokens(sampleCode).subarray(0, 16);
    const other = await Rig.open(await defaultModelPath());
    const dense = await other.logits(tokens, 1);
    await other.sparse.configure(0, { selector: 'cats', density: 0.3 });
    assert.notDeepEqual(await other.logits(tokens, 1), dense);
    await other.sparse.dispose();
    await other.sparse.dispose();
    assert.deepEqual(await other.logits(tokens, 1), dense);
    await assert.rejects(
      () => other.sparse.configure(0, { selector: 'cats', density: 0.5 }),
      /no sparse engine/,
    );
    await other.close();
    await assert.rejects(
      () => withContext(other.context, async (handle) => rig.binding.spGraphReuses(handle)),
      /disposed/i,
    );
  });

  it('refuses a second engine on one context', async () => {
    await assert.rejects(() => SparseContext.attach(rig.context, rig.engine), /already/);
  });

  it('refuses bad settings with a reason and keeps the old ones', async () => {
    await rig.sparse.configure(0, { selector: 'cats', density: 0.5 });
    for (const density of [0, -1, 1.5, Number.NaN, Infinity]) {
      await assert.rejects(() => rig.sparse.configure(0, { selector: 'cats', density }), /density/);
    }
    await assert.rejects(() => rig.sparse.configure(7, { selector: 'cats', density: 0.5 }), RangeError);
    await assert.rejects(() => rig.sparse.configure(0, { selector: 'predictor', density: 0.5 }), /predictor/);
    const decision = await withContext(rig.context, async (handle) => rig.binding.spDecision(handle, 0, 3));
    assert.equal(decision.active, true);
  });

  it('refuses tokens, positions and rows that cannot be', async () => {
    const { binding, context } = rig;
    await withContext(context, async (handle) => {
      const evaluate = (sequence: number, token: number, step: number) =>
        binding.spEvaluateLogits(handle, sequence, 0, Uint32Array.of(token), step);
      assert.throws(() => evaluate(0, rig.vocabulary, 1), /vocabulary/);
      assert.throws(() => evaluate(2, 1, 1), /sequence/);
      assert.throws(() => evaluate(0, 1, 0), /step/);
      assert.throws(() => evaluate(0, 1, 1.5), /step/);
    });
    assert.throws(() => binding.spCompareLogits(new Float32Array(4), new Float32Array(6), 2), RangeError);
    assert.throws(() => binding.spCompareLogits(new Float32Array(4), new Float32Array(4), 3), RangeError);
    assert.throws(() => binding.spEngineInfo({}), TypeError);
    assert.throws(() => binding.spOpenProfile(path.join(folder, 'none.gguf'), '0'.repeat(64)));
  });

  it('names the reason for files that are no model', async () => {
    const { binding } = await nativeBuild();
    const model = await readFile(await defaultModelPath());
    const files: Readonly<Record<string, Uint8Array>> = {
      'empty.gguf': new Uint8Array(),
      'text.gguf': Buffer.from('this is no model at all, only a text that is long enough to be read'),
      'truncated.gguf': model.subarray(0, 3_000_000),
      'header-only.gguf': model.subarray(0, 24),
    };
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      await writeFile(file, content);
      await assert.rejects(SparseEngine.open(binding, file, { threads: 2 }), (error: unknown) => {
        assert.ok(error instanceof Error && error.message.length > 5, name);
        return true;
      });
    }
    await assert.rejects(SparseEngine.open(binding, path.join(folder, 'nowhere.gguf'), { threads: 2 }));
  });

  it('stops building layouts when asked', async () => {
    const { binding } = await nativeBuild();
    const abort = new AbortController();
    const opening = SparseEngine.open(binding, await defaultModelPath(), {
      threads: 1,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await assert.rejects(opening, /cancel|abort/i);
  });
});
