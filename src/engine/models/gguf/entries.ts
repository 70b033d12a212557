import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ByteReader } from './byte-reader.js';
import { readMetadataRanges } from './header.js';

/** One metadata entry as its bytes stand in the file: key, type and value. */
export interface MetadataEntry {
  readonly key: string;
  readonly bytes: Buffer;
}

/**
 * The metadata entries whose key starts with `prefix`, byte for byte.
 * @throws GgufFormatError when the file is not GGUF, malformed, or ends inside the header
 */
export function copyMetadata(path: string, prefix: string): readonly MetadataEntry[] {
  const fd = openSync(path, 'r');
  try {
    return readMetadataRanges(new ByteReader(fd, fstatSync(fd).size))
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ key, start, end }) => {
        const bytes = Buffer.alloc(end - start);
        readSync(fd, bytes, 0, bytes.length, start);
        return { key, bytes };
      });
  } finally {
    closeSync(fd);
  }
}

/** Elements of an array entry. @throws RangeError when it is none */
export function arrayLength({ key, bytes }: MetadataEntry): number {
  const value = 8 + Buffer.byteLength(key);
  if (bytes.readUInt32LE(value) !== 9) throw new RangeError(`${key} is no array`);
  return Number(bytes.readBigUInt64LE(value + 8));
}
