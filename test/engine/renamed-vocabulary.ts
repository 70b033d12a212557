import { readFile, writeFile } from 'node:fs/promises';

/** Sizes of GGUF's scalar value types, by type number; 8 is a string, 9 an array. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const control = 3;

class Reader {
  at = 0;
  constructor(readonly bytes: Buffer) {}
  u32(): number {
    this.at += 4;
    return this.bytes.readUInt32LE(this.at - 4);
  }
  u64(): number {
    this.at += 8;
    return Number(this.bytes.readBigUInt64LE(this.at - 8));
  }
  text(): string {
    const length = this.u64();
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
  skip(type: number): void {
    if (type === 8) this.text();
    else if (type === 9) {
      const inner = this.u32();
      for (let left = this.u64(); left > 0; left -= 1) this.skip(inner);
    } else this.at += scalarBytes[type] ?? 0;
  }
}

function stringBytes(text: string): Buffer {
  const body = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length));
  return Buffer.concat([length, body]);
}

/**
 * Copies a vocabulary-only GGUF with some tokens renamed and made control tokens: llama.cpp's Qwen2 vocabulary has
 * placeholders where Qwen2.5-Coder has its fill-in-the-middle tokens.
 */
export async function renameTokens(
  source: string,
  target: string,
  names: ReadonlyMap<number, string>,
): Promise<void> {
  const reader = new Reader(await readFile(source));
  reader.at = 16; // magic, version, tensor count
  const parts: Buffer[] = [];
  let copied = 0;
  for (let left = reader.u64(); left > 0; left -= 1) {
    const key = reader.text();
    const type = reader.u32();
    if (key === 'tokenizer.ggml.tokens') {
      reader.u32();
      const count = reader.u64();
      for (let id = 0; id < count; id += 1) {
        const start = reader.at;
        reader.text();
        const name = names.get(id);
        if (name === undefined) continue;
        parts.push(reader.bytes.subarray(copied, start), stringBytes(name));
        copied = reader.at;
      }
    } else if (key === 'tokenizer.ggml.token_type') {
      reader.u32();
      const count = reader.u64();
      for (let id = 0; id < count; id += 1, reader.at += 4)
        if (names.has(id)) reader.bytes.writeInt32LE(control, reader.at);
    } else reader.skip(type);
  }
  await writeFile(target, Buffer.concat([...parts, reader.bytes.subarray(copied)]));
}
