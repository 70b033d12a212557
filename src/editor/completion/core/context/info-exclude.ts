import type { ReadText } from './ignore-files.js';

/** A path from the root of a disk, with forward slashes as git writes it: `/a`, `C:/a`. */
const fromDiskRoot = /^(?:[a-zA-Z]:)?\//;

/** @param folder ends in `/`, or is empty for the root itself */
const seenFrom = (folder: string, path: string) => (fromDiskRoot.test(path) ? path : folder + path);

/**
 * A repository's own rules that are in no commit: `info/exclude`. In a linked work tree and in a submodule `.git` is a file that says
 * where git keeps them; linked work trees share those of the repository they were made from.
 * @param folder of the work tree, as in {@link seenFrom}
 */
export async function infoExclude(folder: string, read: ReadText): Promise<string | undefined> {
  const own = await read(`${folder}.git/info/exclude`);
  if (own !== undefined) return own;
  const [, pointer] = /^gitdir: *(.+)$/m.exec((await read(`${folder}.git`)) ?? '') ?? [];
  if (pointer === undefined) return undefined;
  const kept = `${seenFrom(folder, pointer.trim())}/`;
  const common = (await read(`${kept}commondir`))?.trim();
  return await read(`${common === undefined ? kept : `${seenFrom(kept, common)}/`}info/exclude`);
}
