import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import {
  calibrationFiles,
  calibrationMeasures,
  type CalibrationPlan,
  type MeasuredSize,
} from '../../../contract/index.js';

/** Bytes of source code a token stands for, about; only an estimate is made of it. */
const bytesPerToken = 3.4;

const skippedFolders: ReadonlySet<string> = new Set(calibrationFiles.skippedFolders);
const sourceExtensions: ReadonlySet<string> = new Set(calibrationFiles.extensions.code);

/** Tokens a second of prefill and of decode, and the layers of the model. */
export interface EngineSpeed {
  readonly prefill: number;
  readonly decode: number;
  readonly layers: number;
}

const sizeOf = ({ divisor, least, most }: MeasuredSize, tokens: number): number =>
  Math.min(most, Math.max(least, tokens / divisor));

/** Tokens that the engine measures on: every point of the curves, and each layer by itself. */
function measuredTokens(tokens: number, layers: number): number {
  const { curves, densities, curve, layer } = calibrationMeasures;
  return curves * densities.length * sizeOf(curve, tokens) + layers * sizeOf(layer, tokens);
}

/** The files are read, then every measured token is decoded sparsely and evaluated densely, in batches. */
function secondsFor(tokens: number, { prefill, decode, layers }: EngineSpeed): number {
  const measured = measuredTokens(tokens, layers);
  return (tokens + measured) / prefill + measured / decode;
}

export interface ReadingLimits {
  /** Null while it is not known. */
  readonly speed: EngineSpeed | null;
  /** Tokens read at most. */
  readonly most: number;
}

interface Found {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Looks through a folder for source code. Hidden folders, dependencies and build outputs are left out, links are not
 * followed, and it stops at 5000 files: more than calibration can use.
 */
export async function planCalibration(
  folder: string,
  { speed, most }: ReadingLimits,
  signal: AbortSignal,
): Promise<CalibrationPlan> {
  const { files, bytes } = await look([folder], signal);
  const tokens = Math.min(Math.round(bytes / bytesPerToken), most);
  return {
    folder: basename(folder),
    files,
    bytes,
    tokens,
    seconds: speed === null ? null : secondsFor(tokens, speed),
  };
}

async function look(start: readonly string[], signal: AbortSignal): Promise<Found> {
  const waiting = [...start];
  let files = 0;
  let bytes = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skippedFolders.has(entry.name))
        waiting.push(path);
      if (!entry.isFile() || !sourceExtensions.has(extname(entry.name))) continue;
      const { size } = await stat(path);
      if (size === 0 || size > calibrationFiles.largest) continue;
      files += 1;
      bytes += size;
      if (files >= calibrationFiles.most) return { files, bytes };
    }
  }
  return { files, bytes };
}

/** A folder that cannot be read counts as empty. */
const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);
