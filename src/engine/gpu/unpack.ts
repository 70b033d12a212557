import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CudaPartFile } from '../../contract/index.js';
import { SourceFailed } from '../models/download/fetch-file.js';
import { memberBytes } from '../models/download/unzip.js';
import { writeAll } from '../models/download/write-all.js';

/**
 * Takes the named files, and nothing else, out of an archive into a fresh `folder`.
 * @throws SourceFailed when one is missing or has another size
 */
export async function unpack(
  archive: string,
  files: readonly CudaPartFile[],
  folder: string,
  onBytes: (written: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let earlier = 0;
  for (const { name, size } of files) {
    if (path.basename(name) !== name) throw new SourceFailed(`${name} is no plain file name`, false);
    const file = await open(path.join(folder, name), 'wx');
    let written = 0;
    try {
      for await (const chunk of memberBytes(archive, name, size)) {
        signal.throwIfAborted();
        await writeAll(file, chunk, written);
        onBytes(earlier + (written += chunk.byteLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (written !== size) throw new SourceFailed(`${name} has ${written} bytes instead of ${size}`, false);
    earlier += written;
  }
}
