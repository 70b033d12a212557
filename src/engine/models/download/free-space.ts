import { statfs } from 'node:fs/promises';
import { EngineError } from '../../engine-error.js';

/** Bytes free for this user in a folder. */
export type FreeSpace = (folder: string) => Promise<number>;

const spareBytes = 64 << 20;

/**
 * Makes sure that `bytes` and some spare fit into `folder`.
 * @param name what needs them, for the message
 * @throws EngineError `disk-full`
 */
export async function requireSpace(
  name: string,
  bytes: number,
  folder: string,
  freeSpace: FreeSpace = systemFreeSpace,
): Promise<void> {
  const needed = bytes + spareBytes;
  const free = await freeSpace(folder);
  if (free >= needed) return;
  throw new EngineError(
    'disk-full',
    `${name} needs ${megabytes(needed)} in ${folder}, where ${megabytes(free)} are free.`,
    'Free some space or choose another folder.',
  );
}

async function systemFreeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
