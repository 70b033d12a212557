import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { cudaRecordName, type CudaPart, type CudaRelease } from '../../../src/contract/index.js';
import { makeArchive } from './archive.js';

const recordShape = v.object({
  version: v.string(),
  kind: v.picklist(['full', 'relinked']),
  capabilities: v.array(v.number()),
  minimumDriver: v.number(),
  files: v.record(v.string(), v.number()),
});

/**
 * Packs a CUDA build into `target` and describes it.
 * @param folder a build with its record, as `npm run build:cuda` leaves it
 * @throws Error when a file is missing or is another than when it was built
 */
export async function packCudaPart(folder: string, platform: string, target: string): Promise<CudaPart> {
  const record = v.parse(recordShape, JSON.parse(await readFile(path.join(folder, cudaRecordName), 'utf8')));
  const names = [cudaRecordName, ...Object.keys(record.files)];
  const files: { name: string; size: number }[] = [];
  for (const name of names) {
    const { size } = await stat(path.join(folder, name));
    if (name !== cudaRecordName && size !== record.files[name])
      throw new Error(`${name} changed since it was built: run npm run build:cuda again`);
    files.push({ name, size });
  }
  await mkdir(target, { recursive: true });
  const fileName = `sparse-pilot-cuda-${record.version}-${platform}.zip`;
  const { size, sha256 } = await makeArchive(folder, names, path.join(target, fileName));
  const { version, capabilities, minimumDriver } = record;
  return { platform, version, fileName, size, sha256, files, capabilities, minimumDriver };
}

/** The release with this part in it: other platforms' parts of the same version stay. */
export function withPart(before: CudaRelease | null, urlTemplate: string, part: CudaPart): CudaRelease {
  const others = (before?.parts ?? []).filter(
    ({ platform, version }) => platform !== part.platform && version === part.version,
  );
  return { urlTemplate, parts: [...others, part] };
}

/** The text of src/contract/gpu/published.ts. */
export const publishedSource = (release: CudaRelease | null): string =>
  `import type { CudaRelease } from './cuda-part.js';

/** The CUDA part of this release; null: none was published yet. Written by \`npm run package:cuda\`. */
export const publishedCuda: CudaRelease | null = ${JSON.stringify(release, null, 2)};
`;
