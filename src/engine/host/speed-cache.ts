import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { selectorIds, type SelectorId } from '../../contract/index.js';

/** Measured ratios to dense by machine, build and model, in one small JSON file; a lost cache costs one probe. */
export class SpeedCache {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @returns null when this combination was never measured */
  async find(key: string): Promise<ReadonlyMap<SelectorId, number> | null> {
    return (await this.#read()).get(key) ?? null;
  }

  async store(key: string, ratios: ReadonlyMap<SelectorId, number>): Promise<void> {
    const all = await this.#read();
    all.set(key, ratios);
    const plain = Object.fromEntries([...all].map(([name, values]) => [name, Object.fromEntries(values)]));
    const partial = `${this.#file}.${process.pid}.tmp`;
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(partial, JSON.stringify(plain, null, 1));
    await rename(partial, this.#file);
  }

  async #read(): Promise<Map<string, ReadonlyMap<SelectorId, number>>> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      if (typeof parsed !== 'object' || parsed === null) return new Map();
      return new Map(
        Object.entries(parsed).map(([key, values]: [string, unknown]) => [key, ratiosOf(values)]),
      );
    } catch {
      return new Map();
    }
  }
}

function ratiosOf(values: unknown): ReadonlyMap<SelectorId, number> {
  if (typeof values !== 'object' || values === null) return new Map();
  return new Map(
    selectorIds.flatMap((selector): [SelectorId, number][] => {
      const ratio: unknown = Reflect.get(values, selector);
      return typeof ratio === 'number' && Number.isFinite(ratio) && ratio > 0 ? [[selector, ratio]] : [];
    }),
  );
}
