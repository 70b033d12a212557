import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { SourceFailed } from './fetch-file.js';

/**
 * One member of a zip file as a stream of bytes (stored or deflated). A member that inflates to another size than it claims ends
 * in an error.
 * @param maxBytes the member may not claim more
 */
export async function* memberBytes(
  zipPath: string,
  member: string,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  const zip = await damagedIfFails(openPromise(zipPath, { lazyEntries: true, autoClose: false }));
  try {
    const entry = await find(zip, member);
    if (entry.uncompressedSize > maxBytes)
      throw new SourceFailed(`${member} claims ${entry.uncompressedSize} bytes`, false);
    yield* inflated(await damagedIfFails(zip.openReadStreamPromise(entry)));
  } finally {
    zip.close();
  }
}

async function* inflated(stream: Readable): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await damagedIfFails(iterator.next());
    if (next.done === true) return;
    if (next.value instanceof Uint8Array) yield next.value;
  }
}

function find(zip: ZipFile, member: string): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (entry.fileName === member) resolve(entry);
      else zip.readEntry();
    });
    zip.once('end', () => reject(new SourceFailed(`the wheel has no ${member}`, false)));
    zip.once('error', (error: Error) => reject(damaged(error)));
    zip.readEntry();
  });
}

async function damagedIfFails<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw damaged(error);
  }
}

const damaged = (error: unknown): SourceFailed =>
  new SourceFailed(`the wheel is damaged: ${error instanceof Error ? error.message : String(error)}`, false);
