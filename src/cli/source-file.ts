import { open, type FileHandle } from 'node:fs/promises';
import { expandHome } from '../engine/client/index.js';
import { UsageError } from './usage-error.js';

const largestFile = 64 << 20;
const sniffedBytes = 8_192;

/**
 * Reads a source file as text, without its byte order mark.
 * @throws UsageError when there is no such file, it is no text, or it is larger than 64 MiB
 */
export async function readSource(path: string): Promise<string> {
  const file = await openSource(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new UsageError(`${path} is not a file`);
    if (stats.size > largestFile)
      throw new UsageError(`${path} has ${Math.round(stats.size / 1e6)} MB: too large to complete in`);
    return decode(path, await file.readFile());
  } finally {
    await file.close();
  }
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    return await open(expandHome(path), 'r');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function decode(path: string, bytes: Buffer): string {
  const binary = new UsageError(`${path} is a binary file`);
  if (bytes.subarray(0, sniffedBytes).includes(0)) throw binary;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw binary;
  }
}
