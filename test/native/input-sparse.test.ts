import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linearRoles, withContext, type LinearRole } from '../../src/engine/native/index.js';
import { MaskedFile } from './masked-file.js';
import { defaultModelPath } from './model.js';
import { Rig, sampleCode } from './sparse-fixture.js';

const inputSelectors = ['teal', 'qsparse', 'block-qsparse'] as const;
/** Of the default model. */
const headWidth = 64;
const headsPerKv = 3;

type Kept = Readonly<Record<LinearRole, ReadonlySet<number>>>;

/** What the last sparse pass kept of every linear, layer by layer. */
function keptInputs(rig: Rig): Promise<Kept[]> {
  const sets = (get: (role: number) => Int32Array): Kept => {
    const of = (role: LinearRole): ReadonlySet<number> => new Set(get(linearRoles.indexOf(role)));
    return {
      attn_q: of('attn_q'),
      attn_k: of('attn_k'),
      attn_v: of('attn_v'),
      attn_qkv: of('attn_qkv'),
      attn_output: of('attn_output'),
      ffn_gate: of('ffn_gate'),
      ffn_up: of('ffn_up'),
      ffn_down: of('ffn_down'),
    };
  };
  return withContext(rig.context, async (handle) =>
    Array.from({ length: rig.engine.info.layers }, (_, layer) =>
      sets((role) => rig.binding.spKeptInputs(handle, 0, layer, role)),
    ),
  );
}

/**
 * The model with the inputs of every linear outside `kept` set to zero, for one token at position 0: there attention hands
 * the value on as it is, so that a channel of its output is a row of the value projection.
 */
async function writeMasked(source: string, target: string, layers: readonly Kept[]): Promise<void> {
  const file = await MaskedFile.copy(source, target);
  for (const [layer, kept] of layers.entries()) {
    const name = `blk.${layer}`;
    assert.deepEqual(kept.ffn_gate, kept.ffn_up, 'gate and up see the same input');
    assert.deepEqual(kept.attn_q, kept.attn_v, 'query and value see the same input');
    await file.zeroElements(`${name}.attn_norm.weight`, (channel) => kept.attn_v.has(channel));
    await file.zeroElements(`${name}.ffn_norm.weight`, (channel) => kept.ffn_up.has(channel));
    await file.zeroRows(`${name}.ffn_up.weight`, (neuron) => kept.ffn_down.has(neuron));
    await file.zeroRows(`${name}.attn_v.weight`, (row) => {
      const first = Math.floor(row / headWidth) * headsPerKv * headWidth + (row % headWidth);
      const heads = Array.from({ length: headsPerKv }, (_, head) =>
        kept.attn_output.has(first + head * headWidth),
      );
      assert.ok(
        heads.every((is) => is === heads[0]),
        'heads that share a value keep the same channels',
      );
      return heads[0] === true;
    });
  }
  await file.close();
}

describe('input-sparse linears on the real model', function () {
  this.timeout(600_000);

  let folder: string;
  let rig: Rig;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-inputs-'));
    rig = await Rig.open(await defaultModelPath());
  });
  after(async () => {
    await rig.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives the logits of the dense model with the same inputs zeroed', async () => {
    const model = await defaultModelPath();
    const token = rig.tokens(sampleCode).subarray(1, 2);
    await rig.sparse.setPass('dense');
    const dense = await rig.logits(token, 1);
    await rig.sparse.setPass('sparse');
    await rig.sparse.configure(0, { selector: 'teal', density: 0.6 });
    await rig.sparse.reset(0);
    const sparse = await rig.logits(token, 1);
    const masked = path.join(folder, 'masked.gguf');
    await writeMasked(model, masked, await keptInputs(rig));
    const reference = await Rig.open(masked);
    const expected = await reference.logits(token, 1);
    const apart = rig.divergence(expected, sparse);
    const effect = rig.divergence(dense, expected);
    await reference.close();
    assert.ok(effect > 0.05, `the mask has an effect: KL ${effect}`);
    assert.ok(apart < 0.01 && apart < effect / 20, `KL ${apart} to the masked model, ${effect} of the mask`);
  });

  for (const selector of inputSelectors) {
    it(`${selector} holds its density in every layer and loses more the less it keeps`, async () => {
      const tokens = rig.tokens(sampleCode);
      await rig.sparse.setPass('dense');
      const dense = await rig.logits(tokens, 1);
      await rig.sparse.setPass('sparse');
      const losses: number[] = [];
      for (const density of [0.9, 0.5]) {
        await rig.sparse.configure(0, { selector, density });
        await rig.sparse.reset(0);
        await rig.sparse.clearCounters(0);
        losses.push(rig.divergence(dense, await rig.logits(tokens, 1)));
        const report = await rig.sparse.report(0);
        assert.equal(report.off, undefined);
        assert.equal(report.densityPerLayer.length, rig.engine.info.layers);
        const off = report.densityPerLayer.map((measured) => Math.abs(measured - density));
        assert.ok(Math.max(...off) < 0.08, `densities ${report.densityPerLayer.join(' ')} for ${density}`);
        assert.ok((report.bytesPerToken ?? 0) > 0);
      }
      const [little = NaN, much = NaN] = losses;
      assert.ok(little > 0 && little < 0.15, `KL ${little} at 0.9`);
      assert.ok(much > 2 * little && Number.isFinite(much), `KL ${much} at 0.5 against ${little}`);
    });
  }

  it('keeps prompts and dense passes bit for bit, and a layer the request excludes', async () => {
    const tokens = rig.tokens(sampleCode);
    await rig.sparse.configure(0, { selector: 'none', density: 1 });
    const prompt = await rig.logits(tokens, tokens.length);
    await rig.sparse.setPass('dense');
    const dense = await rig.logits(tokens, 1);
    await rig.sparse.configure(0, { selector: 'qsparse', density: 0.5, denseLayers: [3] });
    await rig.sparse.clearCounters(0);
    assert.deepEqual(await rig.logits(tokens, 1), dense);
    await rig.sparse.setPass('sparse');
    assert.deepEqual(await rig.logits(tokens, tokens.length), prompt);
    assert.notDeepEqual(await rig.logits(tokens, 1), dense);
    const { passes } = await rig.sparse.counters(0);
    assert.equal(passes[3], 0);
    assert.equal(passes[4], tokens.length);
  });
});
