import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** SHA-256 of a file as lower-case hex, read as a stream. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, {
    highWaterMark: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const chunk of stream) if (chunk instanceof Buffer) hash.update(chunk);
  return hash.digest('hex');
}

/** Remembers hashes of files by path, size and time of change, in one small JSON file. A lost or damaged cache costs time only. */
export class HashCache {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async sha256(file: string, signal?: AbortSignal): Promise<string> {
    const { size, mtimeMs } = await stat(file);
    const key = `${file}\n${size}\n${mtimeMs}`;
    const known = await this.#read();
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const sha256 = await hashFile(file, signal);
    known.set(key, sha256);
    await this.#write(known);
    return sha256;
  }

  async #read(): Promise<Map<string, string>> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      if (typeof parsed !== 'object' || parsed === null) return new Map();
      return new Map(
        Object.entries(parsed).flatMap(([key, value]: [string, unknown]) =>
          typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? [[key, value]] : [],
        ),
      );
    } catch {
      return new Map();
    }
  }

  async #write(hashes: ReadonlyMap<string, string>): Promise<void> {
    const partial = `${this.#path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(partial, JSON.stringify(Object.fromEntries([...hashes].slice(-200)), null, 1));
      await rename(partial, this.#path);
    } catch {
      // A read-only folder only means that the next load hashes again.
    }
  }
}
