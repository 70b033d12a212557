import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CudaPart, CudaRelease, DownloadProgress, InstalledGpuSupport } from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { assemble } from '../models/download/assemble.js';
import { SourceFailed, sizeOf } from '../models/download/fetch-file.js';
import { fetchPersistently } from '../models/download/fetch-persistently.js';
import { fileError } from '../models/download/file-errors.js';
import { requireSpace, type FreeSpace } from '../models/download/free-space.js';
import type { Http } from '../models/download/http.js';
import { acquireLock } from '../models/download/lock.js';
import { ProgressMeter } from '../models/download/progress.js';
import { isPartName, partFolder } from './folders.js';
import { unpack } from './unpack.js';

export interface CudaDownloadOptions {
  /** Where parts are kept, as `gpuFolder` names it. */
  readonly root: string;
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly freeSpace?: FreeSpace;
}

const name = 'GPU support';
const partialName = '.partial';

/**
 * Fetches the CUDA part of a release: free space first, going on where an earlier attempt stopped; its folder appears when the
 * archive has the right hash and everything was taken out of it. Parts of other releases are removed then.
 * @throws EngineError `disk-full`, `read-only`, `download-failed`, `cancelled`
 */
export async function downloadCudaPart(
  release: CudaRelease,
  part: CudaPart,
  options: CudaDownloadOptions,
): Promise<InstalledGpuSupport> {
  const { root, signal } = options;
  const partial = path.join(root, partialName, path.basename(partFolder(root, part)));
  try {
    await mkdir(path.dirname(partial), { recursive: true });
    const unlock = await acquireLock(partial, signal);
    try {
      await mkdir(partial, { recursive: true });
      return { folder: await fetchInto(release, part, partial, options) };
    } finally {
      await unlock();
    }
  } catch (error) {
    if (signal.aborted)
      throw new EngineError('cancelled', 'The download was cancelled; it can be resumed later.');
    if (error instanceof SourceFailed)
      throw new EngineError(
        'download-failed',
        `${name} could not be downloaded: ${error.message}.`,
        'Check the network and try again: what has arrived is kept.',
      );
    throw fileError(error, root);
  }
}

async function fetchInto(
  release: CudaRelease,
  part: CudaPart,
  partial: string,
  { root, http, signal, onProgress, freeSpace }: CudaDownloadOptions,
): Promise<string> {
  const archive = path.join(partial, 'archive.zip');
  const unpacked = path.join(partial, 'unpacked');
  const diskBytes = part.files.reduce((sum, { size }) => sum + size, 0);
  const meter = new ProgressMeter(onProgress);
  meter.phase('checking', 0, part.size);
  await requireSpace(name, part.size - (await sizeOf(archive)) + diskBytes, root, freeSpace);
  const url = addressOf(release, part);
  meter.begin(new URL(url).host);
  await fetchPersistently(url, archive, {
    http,
    signal,
    onBytes: (received) => meter.bytes(received, part.size),
  });
  meter.phase('verifying', 0, diskBytes);
  await refuseWrongBytes(archive, part, signal);
  await unpack(archive, part.files, unpacked, (done) => meter.phase('verifying', done, diskBytes), signal);
  const target = partFolder(root, part);
  await removeOthers(root);
  await rename(unpacked, target);
  await rm(partial, { recursive: true, force: true });
  meter.phase('done', part.size, part.size);
  return target;
}

/** @throws EngineError when the release's template makes no web address */
function addressOf({ urlTemplate }: CudaRelease, { version, fileName }: CudaPart): string {
  const url = urlTemplate.replaceAll('{version}', version).replaceAll('{file}', fileName);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new EngineError('download-failed', `${name} could not be downloaded: ${url} is no web address.`);
}

async function refuseWrongBytes(archive: string, part: CudaPart, signal: AbortSignal): Promise<void> {
  const { sha256 } = await assemble(
    [{ path: archive, member: null }],
    archive,
    part.size,
    () => undefined,
    signal,
  );
  if (sha256 === part.sha256) return;
  await rm(archive, { force: true });
  throw new SourceFailed(`the release page delivered other bytes than expected (SHA-256 ${sha256})`, false);
}

/** A damaged copy of this part, and the parts of other releases. Never anything else: the folder may be one of the user's. */
async function removeOthers(root: string): Promise<void> {
  for (const entry of await readdir(root))
    if (isPartName(entry)) await rm(path.join(root, entry), { recursive: true, force: true });
}
