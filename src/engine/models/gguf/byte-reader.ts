import { readSync } from 'node:fs';

/** The file ended, or a value in it points past its end or past a sane bound. */
export class GgufFormatError extends Error {
  readonly kind: 'truncated' | 'malformed';

  constructor(kind: 'truncated' | 'malformed', message: string) {
    super(message);
    this.name = 'GgufFormatError';
    this.kind = kind;
  }
}

const chunkBytes = 1 << 20;

/** Little-endian values read one after the other from an open file, never past `fileSize`. */
export class ByteReader {
  readonly #fd: number;
  readonly fileSize: number;
  #buffer = Buffer.alloc(0);
  #bufferStart = 0;
  #offset = 0;

  constructor(fd: number, fileSize: number) {
    this.#fd = fd;
    this.fileSize = fileSize;
  }

  /** Position in the file of the next value. */
  get offset(): number {
    return this.#offset;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  i32(): number {
    return this.#take(4).readInt32LE();
  }

  f32(): number {
    return this.#take(4).readFloatLE();
  }

  f64(): number {
    return this.#take(8).readDoubleLE();
  }

  u16(): number {
    return this.#take(2).readUInt16LE();
  }

  /** A 64-bit count or offset. @throws GgufFormatError above 2^53 */
  u64(): number {
    const value = this.#take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new GgufFormatError('malformed', `a number in the header is impossibly large (${value})`);
    return Number(value);
  }

  text(maxBytes: number): string {
    const length = this.u64();
    if (length > maxBytes)
      throw new GgufFormatError('malformed', `a string in the header claims ${length} bytes`);
    return this.#take(length).toString('utf8');
  }

  skipText(): void {
    this.skip(this.u64());
  }

  skip(bytes: number): void {
    if (bytes > this.fileSize - this.#offset)
      throw new GgufFormatError('truncated', 'the file ends inside its header');
    this.#offset += bytes;
  }

  #take(bytes: number): Buffer {
    const start = this.#offset - this.#bufferStart;
    if (start < 0 || start + bytes > this.#buffer.length) this.#fill(bytes);
    const from = this.#offset - this.#bufferStart;
    this.#offset += bytes;
    return this.#buffer.subarray(from, from + bytes);
  }

  #fill(bytes: number): void {
    if (bytes > this.fileSize - this.#offset)
      throw new GgufFormatError('truncated', 'the file ends inside its header');
    const wanted = Math.min(Math.max(bytes, chunkBytes), this.fileSize - this.#offset);
    const buffer = Buffer.allocUnsafe(wanted);
    let got = 0;
    while (got < wanted) {
      const read = readSync(this.#fd, buffer, got, wanted - got, this.#offset + got);
      if (read === 0) throw new GgufFormatError('truncated', 'the file ends inside its header');
      got += read;
    }
    this.#buffer = buffer;
    this.#bufferStart = this.#offset;
  }
}
