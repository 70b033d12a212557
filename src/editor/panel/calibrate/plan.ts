import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { CalibrationPlan } from '../../../contract/index.js';

/** Bytes of source code a token stands for, about; only an estimate is made of it. */
const bytesPerToken = 3.4;

const largestFile = 1 << 20;
const mostFiles = 5000;
const skippedFolders = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'target',
  'vendor',
  '__pycache__',
  'venv',
]);
const sourceExtensions = new Set([
  ...['.c', '.cc', '.cpp', '.h', '.hpp', '.cs', '.go', '.java', '.js', '.jsx', '.kt', '.lua', '.mjs', '.php'],
  ...[
    '.py',
    '.rb',
    '.rs',
    '.scala',
    '.sh',
    '.sql',
    '.swift',
    '.ts',
    '.tsx',
    '.vue',
    '.css',
    '.html',
    '.dart',
  ],
]);

/** Tokens a second of prefill and of decode, and the layers of the model. */
export interface EngineSpeed {
  readonly prefill: number;
  readonly decode: number;
  readonly layers: number;
}

/** Tokens that the engine measures on: three curves of three densities, and each layer by itself; fewer where little is read. */
function measuredTokens(tokens: number, layers: number): number {
  const curve = Math.min(192, Math.max(32, tokens / 8));
  const layer = Math.min(96, Math.max(16, tokens / 32));
  return 3 * 3 * curve + layers * layer;
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
      if (size === 0 || size > largestFile) continue;
      files += 1;
      bytes += size;
      if (files >= mostFiles) return { files, bytes };
    }
  }
  return { files, bytes };
}

/** A folder that cannot be read counts as empty. */
const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);
