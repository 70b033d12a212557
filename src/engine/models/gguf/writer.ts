import type { MetadataEntry } from './entries.js';

/** A tensor of a file that is being written. `dimensions` from the fastest on: a row's length first. */
export interface NewTensor {
  readonly name: string;
  readonly type: number;
  readonly dimensions: readonly number[];
  readonly bytes: number;
}

/** Alignment of tensors where the metadata name no other. */
const alignment = 32;
const version = 3;

/** Bytes up to the next tensor's place. */
export const padded = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

export const textEntry = (key: string, value: string): MetadataEntry => ({
  key,
  bytes: Buffer.concat([text(key), u32(8), text(value)]),
});

export const u32Entry = (key: string, value: number): MetadataEntry => ({
  key,
  bytes: Buffer.concat([text(key), u32(4), u32(value)]),
});

export function f32Entry(key: string, value: number): MetadataEntry {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return { key, bytes: Buffer.concat([text(key), u32(6), bytes]) };
}

/** Everything before the data of a GGUF file; the tensors' data follow in the same order, each padded. */
export function ggufHead(entries: readonly MetadataEntry[], tensors: readonly NewTensor[]): Buffer {
  let offset = 0;
  const table = tensors.map(({ name, type, dimensions, bytes }) => {
    const entry = [text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)];
    offset += padded(bytes);
    return Buffer.concat(entry);
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(version),
    u64(tensors.length),
    u64(entries.length),
    ...entries.map(({ bytes }) => bytes),
    ...table,
  ]);
  return Buffer.concat([head, Buffer.alloc(padded(head.length) - head.length)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const text = (words: string): Buffer => {
  const bytes = Buffer.from(words);
  return Buffer.concat([u64(bytes.length), bytes]);
};
