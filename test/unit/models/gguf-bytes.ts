/** Builds small GGUF files by hand, right or wrong on purpose. */

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

export const text = (value: string): Buffer =>
  Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

export const entry = (key: string, value: string): Buffer => Buffer.concat([text(key), u32(8), text(value)]);

export interface Tensor {
  readonly name: string;
  readonly values: number;
  readonly type: number;
  readonly offset: number;
}

export const tensor = ({ name, values, type, offset }: Tensor): Buffer =>
  Buffer.concat([text(name), u32(1), u64(values), u32(type), u64(offset)]);

export interface GgufParts {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly entryCount?: number | bigint;
  readonly entries?: readonly Buffer[];
  readonly tensors?: readonly Buffer[];
  readonly dataBytes?: number;
}

/** A file whose data section starts at the next multiple of 32. */
export function gguf(parts: GgufParts): Buffer {
  const { magic = 'GGUF', version = 3, entries = [], tensors = [], dataBytes = 0 } = parts;
  const header = Buffer.concat([
    Buffer.from(magic),
    u32(version),
    u64(parts.tensorCount ?? tensors.length),
    u64(parts.entryCount ?? entries.length),
    ...entries,
    ...tensors,
  ]);
  const padding = Buffer.alloc((32 - (header.length % 32)) % 32);
  return Buffer.concat([header, padding, Buffer.alloc(dataBytes, 1)]);
}

/** A tiny file that passes every check: one F32 tensor of 8 values. */
export const tinyModel = (architecture = 'llama'): Buffer =>
  gguf({
    entries: [entry('general.architecture', architecture), entry('general.name', 'tiny')],
    tensors: [tensor({ name: 'token_embd.weight', values: 8, type: 0, offset: 0 })],
    dataBytes: 32,
  });
