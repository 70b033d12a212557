import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../engine-error.js';
import { fileError } from '../download/file-errors.js';
import { requireSpace, type FreeSpace } from '../download/free-space.js';
import { ggufHead, padded, type NewTensor } from '../gguf/writer.js';
import type { RandomFormat } from './formats.js';
import { planRandomModel } from './plan.js';
import { RowPool } from './row-pool.js';
import type { ModelShape } from './shapes.js';

export interface MakeRandomModelOptions {
  readonly shape: ModelShape;
  readonly format: RandomFormat;
  /** A GGUF file whose tokenizer is copied. */
  readonly vocabulary: string;
  /** Where made models are kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** 0..1. */
  readonly onProgress: (done: number) => void;
  readonly freeSpace?: FreeSpace;
}

const chunkBytes = 8 << 20;
const onesBytes = 4;

/**
 * A llama model of this shape with random weights, for speed work. It is made once; the same shape and type is the same file.
 * @returns the file's path
 * @throws EngineError `disk-full`, `read-only`, `cancelled`, `model-not-gguf` or `model-unsupported` (no tokenizer to copy)
 * @throws RangeError when the shape's widths are no multiples of the type's blocks
 */
export async function makeRandomModel(options: MakeRandomModelOptions): Promise<string> {
  const { shape, format, folder, signal } = options;
  const file = path.join(folder, `random-${shape.name}-${format.name.toLowerCase()}.gguf`);
  if (existsSync(file)) return file;
  const partial = `${file}.${process.pid}.part`;
  try {
    const { entries, tensors } = planRandomModel(shape, format, options.vocabulary);
    const head = ggufHead(entries, tensors);
    await mkdir(folder, { recursive: true });
    const bytes = head.length + tensors.reduce((sum, tensor) => sum + padded(tensor.bytes), 0);
    await requireSpace(`A model of shape ${shape.name}`, bytes, folder, options.freeSpace);
    const handle = await open(partial, 'w');
    try {
      await writeModel(handle, head, tensors, options);
    } finally {
      await handle.close();
    }
    await rename(partial, file);
    return file;
  } catch (error) {
    if (signal.aborted) throw new EngineError('cancelled', 'Making the model was cancelled.');
    throw fileError(error, folder);
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeModel(
  handle: FileHandle,
  head: Buffer,
  tensors: readonly NewTensor[],
  { shape, format, signal, onProgress }: MakeRandomModelOptions,
): Promise<void> {
  const pools = new Map(
    [shape.width, shape.hidden].map((width, index) => [width, new RowPool(width, format, index + 1)]),
  );
  await handle.writeFile(head);
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  let written = 0;
  for (const tensor of tensors) {
    const [width = 0, rows] = tensor.dimensions;
    const pool = pools.get(width);
    for (const chunk of rows === undefined || pool === undefined ? [ones(tensor)] : chunks(pool, rows)) {
      signal.throwIfAborted();
      await handle.writeFile(chunk);
      written += chunk.length;
      onProgress(written / total);
    }
    await handle.writeFile(Buffer.alloc(padded(tensor.bytes) - tensor.bytes));
  }
}

function* chunks(pool: RowPool, rows: number): Generator<Buffer> {
  const most = Math.max(1, Math.floor(chunkBytes / pool.rowBytes));
  for (let at = 0; at < rows; at += most)
    yield Buffer.concat(Array.from({ length: Math.min(most, rows - at) }, () => pool.draw()));
}

function ones({ bytes }: NewTensor): Buffer {
  const data = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += onesBytes) data.writeFloatLE(1, at);
  return data;
}
