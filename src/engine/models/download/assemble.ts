import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { memberBytes } from './unzip.js';
import { writeAll } from './write-all.js';

/** A fetched file and the member to take out of it; null: the whole file. */
export interface FetchedPart {
  readonly path: string;
  readonly member: string | null;
}

/**
 * Joins parts into one file, hashing on the way. A single plain part is hashed in place.
 * @returns the file that holds the model now, its SHA-256 and size
 */
export async function assemble(
  parts: readonly FetchedPart[],
  target: string,
  maxBytes: number,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const [single] = parts;
  if (parts.length === 1 && single?.member === null) {
    for await (const chunk of fileBytes(single.path)) {
      signal.throwIfAborted();
      hash.update(chunk);
      onBytes((size += chunk.byteLength));
    }
    return { path: single.path, sha256: hash.digest('hex'), size };
  }
  const file = await open(target, 'w');
  try {
    for (const part of parts) {
      const bytes =
        part.member === null ? fileBytes(part.path) : memberBytes(part.path, part.member, maxBytes - size);
      for await (const chunk of bytes) {
        signal.throwIfAborted();
        hash.update(chunk);
        await writeAll(file, chunk, size);
        onBytes((size += chunk.byteLength));
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { path: target, sha256: hash.digest('hex'), size };
}

async function* fileBytes(path: string): AsyncIterable<Uint8Array> {
  const stream: AsyncIterable<unknown> = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
}
