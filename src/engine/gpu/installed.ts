import { existsSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { cudaRecordName, type CudaPart } from '../../contract/index.js';
import { readObject, requireWhole } from '../native/whole-files.js';
import { builtCudaFolder, partFolder } from './folders.js';

/** What a CUDA build says of itself in its record, wherever it lies. */
const recordShape = v.object({
  capabilities: v.array(v.number()),
  minimumDriver: v.number(),
});

/** A CUDA part on this machine. */
export type CudaOnDisk =
  | {
      readonly kind: 'complete';
      readonly folder: string;
      readonly capabilities: readonly number[];
      readonly minimumDriver: number;
    }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'absent' };

/** The part that a checkout built, or the one of this release that was fetched. */
export async function cudaOnDisk(
  root: string,
  part: CudaPart | null,
  built: string | undefined = builtCudaFolder(),
): Promise<CudaOnDisk> {
  const folder = built ?? (part === null ? undefined : partFolder(root, part));
  if (folder === undefined || !existsSync(folder)) return { kind: 'absent' };
  try {
    const record = await readObject(path.join(folder, cudaRecordName));
    await requireWhole(folder, record);
    const { capabilities, minimumDriver } = v.parse(recordShape, record);
    return { kind: 'complete', folder, capabilities, minimumDriver };
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : String(error) };
  }
}
