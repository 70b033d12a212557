import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { selectorIds, type SelectorId } from '../../contract/index.js';
import { median } from '../measure/statistics.js';

/** What is known of a model's speed on this machine. */
export interface KnownSpeeds {
  /** The median of what was measured. */
  readonly ratios: ReadonlyMap<SelectorId, number>;
  /** Measured often or long enough: a short look more would say nothing new. */
  readonly settled: boolean;
}

/** Looks that are remembered of a selector: one on a busy machine does not decide for good. */
const looks = 3;

type Looks = ReadonlyMap<SelectorId, readonly number[]>;

/**
 * Measured ratios to dense by machine, build and model, in one small JSON file; a lost cache costs a few probes. Where the file
 * cannot be written they hold as long as the process.
 */
export class SpeedCache {
  readonly #file: string;
  readonly #onUnwritable: (why: string) => void;
  readonly #unwritten = new Map<string, Looks>();
  #told = false;

  /** @param onUnwritable told once, in words, when what was measured cannot be kept */
  constructor(file: string, onUnwritable: (why: string) => void = () => undefined) {
    this.#file = file;
    this.#onUnwritable = onUnwritable;
  }

  /** @returns null when this combination was never measured */
  async find(key: string): Promise<KnownSpeeds | null> {
    const found = (await this.#read()).get(key);
    return found === undefined ? null : knownOf(found);
  }

  /** Remembers what a short look measured, beside the last ones before it. @returns what is known now */
  add(key: string, ratios: ReadonlyMap<SelectorId, number>): Promise<KnownSpeeds> {
    return this.#change(key, (before) => {
      const changed = [...ratios].map(([selector, ratio]): [SelectorId, readonly number[]] => [
        selector,
        [...(before.get(selector) ?? []), ratio].slice(-looks),
      ]);
      return new Map([...before, ...changed]);
    });
  }

  /** Remembers what a long measurement found, in place of all short looks. @returns what is known now */
  settle(key: string, ratios: ReadonlyMap<SelectorId, number>): Promise<KnownSpeeds> {
    return this.#change(key, (before) => {
      const changed = [...ratios].map(([selector, ratio]): [SelectorId, readonly number[]] => [
        selector,
        Array.from({ length: looks }, () => ratio),
      ]);
      return new Map([...before, ...changed]);
    });
  }

  async #change(key: string, change: (before: Looks) => Looks): Promise<KnownSpeeds> {
    const all = await this.#read();
    const changed = change(all.get(key) ?? new Map<SelectorId, readonly number[]>());
    all.set(key, changed);
    const plain = Object.fromEntries([...all].map(([name, values]) => [name, Object.fromEntries(values)]));
    this.#unwritten.set(key, changed);
    await this.#write(JSON.stringify(plain, null, 1));
    return knownOf(changed);
  }

  async #write(text: string): Promise<void> {
    const partial = `${this.#file}.${process.pid}.tmp`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeFile(partial, text);
      await rename(partial, this.#file);
      this.#unwritten.clear();
    } catch (error) {
      if (!this.#told) this.#onUnwritable(error instanceof Error ? error.message : String(error));
      this.#told = true;
    }
  }

  async #read(): Promise<Map<string, Looks>> {
    return new Map([...(await this.#written()), ...this.#unwritten]);
  }

  async #written(): Promise<readonly (readonly [string, Looks])[]> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      if (typeof parsed !== 'object' || parsed === null) return [];
      return Object.entries(parsed).map(([key, values]: [string, unknown]) => [key, looksOf(values)]);
    } catch {
      return [];
    }
  }
}

const knownOf = (found: Looks): KnownSpeeds => ({
  ratios: new Map([...found].map(([selector, ratios]) => [selector, median(ratios)])),
  settled: found.size > 0 && [...found.values()].every((ratios) => ratios.length >= looks),
});

function looksOf(values: unknown): Looks {
  if (typeof values !== 'object' || values === null) return new Map();
  return new Map(
    selectorIds.flatMap((selector): [SelectorId, readonly number[]][] => {
      // a single number is what a former version kept
      const found: unknown = Reflect.get(values, selector);
      const ratios = (Array.isArray(found) ? found : [found]).filter(isRatio).slice(-looks);
      return ratios.length === 0 ? [] : [[selector, ratios]];
    }),
  );
}

const isRatio = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;
