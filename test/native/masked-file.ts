import assert from 'node:assert/strict';
import { copyFile, open, type FileHandle } from 'node:fs/promises';
import { readGgufFileInfo } from 'node-llama-cpp';

/** Bytes of a row of `width` weights, by ggml type: the block types of the default model. */
const rowBytes: Readonly<Record<number, (width: number) => number>> = {
  0: (width) => width * 4, // F32
  2: (width) => (width / 32) * 18, // Q4_0
  3: (width) => (width / 32) * 20, // Q4_1
  8: (width) => (width / 32) * 34, // Q8_0
};

type Tensors = NonNullable<Awaited<ReturnType<typeof readGgufFileInfo>>['fullTensorInfo']>;

/** A copy of a model file in which weights are set to zero, so that stock dense llama.cpp computes what a mask should. */
export class MaskedFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly tensors: Tensors,
  ) {}

  static async copy(source: string, target: string): Promise<MaskedFile> {
    await copyFile(source, target);
    const info = await readGgufFileInfo(source);
    assert.ok(info.fullTensorInfo !== undefined);
    return new MaskedFile(await open(target, 'r+'), info.fullTensorInfo);
  }

  /** Zeroes whole rows (outputs) of a matrix. */
  async zeroRows(name: string, isKept: (row: number) => boolean): Promise<void> {
    const { width, rows, stride, offset } = this.#place(name);
    assert.ok(width > 0);
    await this.#zero(offset, stride, rows, isKept);
  }

  /** Zeroes elements of an F32 vector. */
  async zeroElements(name: string, isKept: (index: number) => boolean): Promise<void> {
    const { width, stride, offset } = this.#place(name);
    assert.equal(stride, width * 4, `${name} is F32`);
    await this.#zero(offset, 4, width, isKept);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  #place(name: string): { width: number; rows: number; stride: number; offset: number } {
    const tensor = this.tensors.find((candidate) => candidate.name === name);
    assert.ok(tensor !== undefined && tensor.filePart === 1, name);
    const [width = NaN, rows = 1] = tensor.dimensions.map(Number);
    const stride = rowBytes[tensor.ggmlType]?.(width);
    assert.ok(stride !== undefined, `${name}: ggml type ${tensor.ggmlType}`);
    return { width, rows, stride, offset: Number(tensor.fileOffset) };
  }

  async #zero(
    offset: number,
    size: number,
    count: number,
    isKept: (index: number) => boolean,
  ): Promise<void> {
    const zeros = new Uint8Array(size);
    for (let index = 0; index < count; index++) {
      if (!isKept(index)) await this.file.write(zeros, 0, size, offset + index * size);
    }
  }
}
