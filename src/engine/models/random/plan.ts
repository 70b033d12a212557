import { EngineError } from '../../engine-error.js';
import { GgufFormatError } from '../gguf/byte-reader.js';
import { arrayLength, copyMetadata, type MetadataEntry } from '../gguf/entries.js';
import { f32Entry, textEntry, u32Entry, type NewTensor } from '../gguf/writer.js';
import type { RandomFormat } from './formats.js';
import type { ModelShape } from './shapes.js';

/** What stands in a made model's file: metadata, and tensors in order. */
export interface RandomModelPlan {
  readonly entries: readonly MetadataEntry[];
  readonly tensors: readonly NewTensor[];
}

const f32 = 0;
const contextLength = 8192;
const anotherModel = 'Name another model.';

/**
 * A llama of this shape with the tokenizer of another file. Norms are F32, the output projection is the token embedding.
 * @throws EngineError `model-not-gguf`, or `model-unsupported` when `vocabulary` has no tokenizer
 */
export function planRandomModel(
  shape: ModelShape,
  format: RandomFormat,
  vocabulary: string,
): RandomModelPlan {
  const tokenizer = tokenizerOf(vocabulary);
  const tokens = tokenizer.find(({ key }) => key === 'tokenizer.ggml.tokens');
  if (tokens === undefined)
    throw new EngineError('model-unsupported', `${vocabulary} has no tokenizer to copy.`, anotherModel);
  const size = arrayLength(tokens);
  return {
    entries: [...describe(shape, format, size), ...tokenizer],
    tensors: [...tensorsOf(shape, format, size)],
  };
}

function tokenizerOf(file: string): readonly MetadataEntry[] {
  try {
    return copyMetadata(file, 'tokenizer.');
  } catch (error) {
    if (!(error instanceof GgufFormatError)) throw error;
    throw new EngineError('model-not-gguf', `${file} cannot be read: ${error.message}.`, anotherModel);
  }
}

function describe(shape: ModelShape, format: RandomFormat, vocabulary: number): readonly MetadataEntry[] {
  return [
    textEntry('general.architecture', 'llama'),
    textEntry('general.name', `random ${shape.name}`),
    u32Entry('general.file_type', format.fileType),
    u32Entry('llama.vocab_size', vocabulary),
    u32Entry('llama.context_length', contextLength),
    u32Entry('llama.embedding_length', shape.width),
    u32Entry('llama.block_count', shape.layers),
    u32Entry('llama.feed_forward_length', shape.hidden),
    u32Entry('llama.attention.head_count', shape.heads),
    u32Entry('llama.attention.head_count_kv', shape.kvHeads),
    u32Entry('llama.rope.dimension_count', shape.width / shape.heads),
    f32Entry('llama.attention.layer_norm_rms_epsilon', 1e-5),
  ];
}

function* tensorsOf(
  { width, hidden, heads, kvHeads, layers }: ModelShape,
  format: RandomFormat,
  vocabulary: number,
): Generator<NewTensor> {
  const matrix = (name: string, row: number, rows: number): NewTensor => ({
    name: `${name}.weight`,
    type: format.type,
    dimensions: [row, rows],
    bytes: (row / format.values) * format.bytes * rows,
  });
  const norm = (name: string): NewTensor => ({
    name: `${name}.weight`,
    type: f32,
    dimensions: [width],
    bytes: 4 * width,
  });
  const kv = (width / heads) * kvHeads;
  yield matrix('token_embd', width, vocabulary);
  yield norm('output_norm');
  for (let layer = 0; layer < layers; layer++) {
    const of = (name: string): string => `blk.${layer}.${name}`;
    yield norm(of('attn_norm'));
    yield matrix(of('attn_q'), width, width);
    yield matrix(of('attn_k'), width, kv);
    yield matrix(of('attn_v'), width, kv);
    yield matrix(of('attn_output'), width, width);
    yield norm(of('ffn_norm'));
    yield matrix(of('ffn_gate'), width, hidden);
    yield matrix(of('ffn_up'), width, hidden);
    yield matrix(of('ffn_down'), hidden, width);
  }
}
