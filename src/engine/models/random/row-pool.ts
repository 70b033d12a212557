import type { RandomFormat } from './formats.js';

/** Rows that a whole matrix is drawn from: real randomness for every row would take minutes. */
const rows = 1024;

/** Random rows of one width with entries of standard deviation 1 / sqrt(width), the same in every run. */
export class RowPool {
  readonly rowBytes: number;
  readonly #data: Buffer;
  #state: number;

  /** @throws RangeError when the width is no multiple of the format's block */
  constructor(width: number, format: RandomFormat, seed: number) {
    if (width % format.values !== 0)
      throw new RangeError(
        `rows of ${width} weights cannot be ${format.name}: its blocks hold ${format.values}`,
      );
    this.rowBytes = (width / format.values) * format.bytes;
    this.#state = seed;
    this.#data = Buffer.alloc(rows * this.rowBytes + 4);
    for (let at = 0; at + 4 <= this.#data.length; at += 4) this.#data.writeUInt32LE(this.#next(), at);
    const deviation = 1 / Math.sqrt(width);
    for (let at = 0; at < rows * this.rowBytes; at += format.bytes) {
      const { buffer, byteOffset } = this.#data;
      format.finish(new DataView(buffer, byteOffset + at, format.bytes), deviation);
    }
  }

  /** Any of the rows; valid until the pool goes. */
  draw(): Buffer {
    const at = (this.#next() % rows) * this.rowBytes;
    return this.#data.subarray(at, at + this.rowBytes);
  }

  /** mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
