import { open, readFile } from 'node:fs/promises';

const countOffset = 16;
const headerBytes = 24;
const alignment = 32;
const stringType = 8;

function entry(key: string, value: string): Buffer {
  const [name, text] = [Buffer.from(key), Buffer.from(value)];
  const bytes = Buffer.alloc(8 + name.length + 4 + 8 + text.length);
  bytes.writeBigUInt64LE(BigInt(name.length), 0);
  name.copy(bytes, 8);
  bytes.writeUInt32LE(stringType, 8 + name.length);
  bytes.writeBigUInt64LE(BigInt(text.length), 12 + name.length);
  text.copy(bytes, 20 + name.length);
  return bytes;
}

/** Copies a GGUF file with one more string in its metadata; what is added fills whole alignments, so that all offsets stay. */
export async function addMetadata(source: string, target: string, key: string, value: string): Promise<void> {
  const model = await readFile(source);
  const added = entry(key, value);
  const padding = entry('test.padding', '').length;
  const rest = (alignment - ((added.length + padding) % alignment)) % alignment;
  const header = Buffer.from(model.subarray(0, headerBytes));
  header.writeBigUInt64LE(header.readBigUInt64LE(countOffset) + 2n, countOffset);
  const file = await open(target, 'w');
  try {
    for (const part of [
      header,
      added,
      entry('test.padding', ' '.repeat(rest)),
      model.subarray(headerBytes),
    ]) {
      await file.write(part);
    }
  } finally {
    await file.close();
  }
}
