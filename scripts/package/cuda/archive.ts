import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Zip, ZipDeflate } from 'fflate';

export interface Archive {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Packs files of `folder` (links are followed) into a zip, in order, holding one piece of one file in memory at a time. */
export async function makeArchive(
  folder: string,
  names: readonly string[],
  target: string,
): Promise<Archive> {
  const hash = createHash('sha256');
  const file = await open(target, 'w');
  let size = 0;
  let pieces: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    failure ??= error;
    pieces.push(piece);
  });
  const flush = async (): Promise<void> => {
    if (failure !== null) throw failure;
    for (const piece of pieces) {
      hash.update(piece);
      await file.writeFile(piece);
      size += piece.byteLength;
    }
    pieces = [];
  };
  try {
    for (const name of names) {
      const member = new ZipDeflate(name, { level: 6 });
      member.mtime = new Date(1980, 0, 2); // the same files make the same archive
      zip.add(member);
      const stream: AsyncIterable<unknown> = createReadStream(path.join(folder, name), {
        highWaterMark: 1 << 20,
      });
      for await (const chunk of stream) {
        if (chunk instanceof Uint8Array) member.push(new Uint8Array(chunk));
        await flush();
      }
      member.push(new Uint8Array(0), true);
      await flush();
    }
    zip.end();
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}
