import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { cudaRecordName, type CudaPart } from '../../../src/contract/index.js';

const library = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 37) & 0xff));

/** What a CUDA part holds, and its archive: stored, so that its size is known. */
export function makeArchive(version = '1.2.3'): {
  readonly part: CudaPart;
  readonly bytes: Buffer;
  readonly library: Buffer;
} {
  const record = Buffer.from(
    JSON.stringify({
      version,
      capabilities: [75, 80, 90],
      minimumDriver: 580,
      files: { 'libggml-cuda.so': library.length },
    }),
  );
  const members = { [cudaRecordName]: record, 'libggml-cuda.so': library, 'README.txt': Buffer.from('no') };
  const bytes = Buffer.from(zipSync(members, { level: 0 }));
  return {
    bytes,
    library,
    part: {
      platform: 'linux-x64',
      version,
      fileName: 'cuda.zip',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      files: [
        { name: cudaRecordName, size: record.length },
        { name: 'libggml-cuda.so', size: library.length },
      ],
      capabilities: [75, 80, 90],
      minimumDriver: 580,
    },
  };
}
