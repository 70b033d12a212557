import assert from 'node:assert/strict';
import { open } from 'node:fs/promises';
import { arrayLength, copyMetadata } from '../../src/engine/models/gguf/entries.js';
import {
  f32Entry,
  ggufHead,
  padded,
  textEntry,
  u32Entry,
  type NewTensor,
} from '../../src/engine/models/gguf/writer.js';
import { randomFormats } from '../../src/engine/models/random/formats.js';
import { RowPool } from '../../src/engine/models/random/row-pool.js';

const width = 64;
const hidden = 256;
const headWidth = 32;
const heads = 2;
/** Of architecture gemma3n, fixed in llama.cpp. */
const perLayer = 256;
const predictions = 4;
const laurelRank = 64;
const [f32, q40, q80] = [0, 2, 8];

const matrix = (name: string, row: number, rows: number): NewTensor => ({
  name: `${name}.weight`,
  type: q80,
  dimensions: [row, rows],
  bytes: (row / 32) * 34 * rows,
});
const plain = (name: string, ...dimensions: number[]): NewTensor => ({
  name: `${name}.weight`,
  type: f32,
  dimensions,
  bytes: dimensions.reduce((product, size) => product * size, 4),
});

function layerTensors(layer: number): NewTensor[] {
  const of = (name: string): string => `blk.${layer}.${name}`;
  return [
    ...[
      'attn_norm',
      'post_attention_norm',
      'ffn_norm',
      'post_ffw_norm',
      'post_norm',
      'altup_router_norm',
    ].map((name) => plain(of(name), width)),
    plain(of('laurel_post_norm'), width),
    plain(of('altup_correct_scale'), width),
    plain(of('attn_q_norm'), headWidth),
    plain(of('attn_k_norm'), headWidth),
    matrix(of('attn_q'), width, headWidth * heads),
    matrix(of('attn_k'), width, headWidth),
    matrix(of('attn_v'), width, headWidth),
    matrix(of('attn_output'), headWidth * heads, width),
    matrix(of('ffn_gate'), width, hidden),
    matrix(of('ffn_up'), width, hidden),
    matrix(of('ffn_down'), hidden, width),
    matrix(of('inp_gate'), width, perLayer),
    matrix(of('proj'), perLayer, width),
    matrix(of('laurel_l'), width, laurelRank),
    matrix(of('laurel_r'), laurelRank, width),
    plain(of('altup_correct_coef'), predictions, predictions),
    plain(of('altup_predict_coef'), predictions, predictions * predictions),
    plain(of('altup_router'), width, predictions),
  ];
}

/** A vector of ones, or small random weights of a matrix. */
function plainWeights({ dimensions, bytes }: NewTensor, random: () => number): Buffer {
  const [inputs = 1, ...more] = dimensions;
  const data = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4)
    data.writeFloatLE(more.length === 0 ? 1 : (random() - 0.5) / Math.sqrt(inputs), at);
  return data;
}

/** Writes a small gemma3n of random weights with the tokenizer of another model. Its token embeddings of each layer are zeros. */
export async function writeGemma3n(target: string, vocabulary: string, layers: number): Promise<void> {
  const tokenizer = copyMetadata(vocabulary, 'tokenizer.');
  const list = tokenizer.find(({ key }) => key === 'tokenizer.ggml.tokens');
  assert.ok(list !== undefined);
  const tokens = arrayLength(list);
  const number = (key: string, value: number) => u32Entry(`gemma3n.${key}`, value);
  const entries = [
    textEntry('general.architecture', 'gemma3n'),
    number('context_length', 512),
    number('embedding_length', width),
    number('block_count', layers),
    number('feed_forward_length', hidden),
    number('attention.head_count', heads),
    number('attention.head_count_kv', 1),
    number('attention.key_length', headWidth),
    number('attention.value_length', headWidth),
    number('attention.sliding_window', 256),
    f32Entry('gemma3n.attention.layer_norm_rms_epsilon', 1e-6),
    ...tokenizer,
  ];
  const tensors = [
    matrix('token_embd', width, tokens),
    plain('output_norm', width),
    plain('altup_proj', width, width, predictions - 1),
    plain('altup_unembd_proj', width, width, predictions - 1),
    plain('per_layer_model_proj', width, perLayer * layers),
    plain('per_layer_proj_norm', perLayer),
    ...Array.from({ length: layers }, (_, layer) => layerTensors(layer)).flat(),
  ];
  const zeros = {
    name: 'per_layer_token_embd.weight',
    type: q40,
    dimensions: [perLayer * layers, tokens],
    bytes: ((perLayer * layers) / 32) * 18 * tokens,
  };
  const format = randomFormats.find(({ name }) => name === 'Q8_0');
  assert.ok(format !== undefined);
  const pools = new Map([width, perLayer].map((row) => [row, new RowPool(row, format, row)]));
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const head = ggufHead(entries, [...tensors, zeros]);
  const file = await open(target, 'w');
  try {
    await file.writeFile(head);
    let size = head.length;
    for (const tensor of tensors) {
      const [row = 0, rows = 1] = tensor.dimensions;
      const pool = tensor.type === q80 ? pools.get(row) : undefined;
      const data =
        pool === undefined
          ? plainWeights(tensor, random)
          : Buffer.concat(Array.from({ length: rows }, () => pool.draw()));
      assert.equal(data.length, tensor.bytes, tensor.name);
      await file.writeFile(Buffer.concat([data, Buffer.alloc(padded(data.length) - data.length)]));
      size += padded(data.length);
    }
    await file.truncate(size + padded(zeros.bytes));
  } finally {
    await file.close();
  }
}
