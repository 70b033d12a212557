import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface HashOptions {
  readonly signal?: AbortSignal;
  /** Told how much was read, 0..1, once a percent at most; not at all for a file whose hash is known. */
  readonly onProgress?: (done: number) => void;
}

/** SHA-256 of a file as lower-case hex, read as a stream. */
export async function hashFile(path: string, { signal, onProgress }: HashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  const { size } = await stat(path);
  const stream = createReadStream(path, {
    highWaterMark: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  });
  let read = 0;
  let told = -1;
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    hash.update(chunk);
    read += chunk.length;
    const percent = Math.floor((100 * read) / Math.max(1, size));
    if (percent > told) onProgress?.(Math.min(1, read / size));
    told = percent;
  }
  return hash.digest('hex');
}

/** Remembers hashes of files by path, size and time of change, in one small JSON file. A lost or damaged cache costs time only. */
export class HashCache {
  readonly #path: string;
  /** Where the file cannot be written, what is known lives as long as the process. */
  readonly #unwritten = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  async sha256(file: string, options: HashOptions = {}): Promise<string> {
    const key = await keyOf(file);
    const known = await this.#read();
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const sha256 = await hashFile(file, options);
    await this.#add(key, sha256);
    return sha256;
  }

  /** Remembers a hash that was computed while the file was written. */
  async put(file: string, sha256: string): Promise<void> {
    await this.#add(await keyOf(file), sha256);
  }

  async #add(key: string, sha256: string): Promise<void> {
    const known = await this.#read();
    known.set(key, sha256);
    this.#unwritten.set(key, sha256);
    if (await this.#write(known)) this.#unwritten.clear();
  }

  async #read(): Promise<Map<string, string>> {
    return new Map([...(await this.#written()), ...this.#unwritten]);
  }

  async #written(): Promise<readonly (readonly [string, string])[]> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#path, 'utf8'));
      if (typeof parsed !== 'object' || parsed === null) return [];
      return Object.entries(parsed).flatMap(([key, value]: [string, unknown]) =>
        typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? [[key, value] as const] : [],
      );
    } catch {
      return [];
    }
  }

  /** @returns false in a folder that cannot be written to */
  async #write(hashes: ReadonlyMap<string, string>): Promise<boolean> {
    const partial = `${this.#path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(partial, JSON.stringify(Object.fromEntries([...hashes].slice(-200)), null, 1));
      await rename(partial, this.#path);
      return true;
    } catch {
      return false;
    }
  }
}

async function keyOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  return `${file}\n${size}\n${mtimeMs}`;
}
