import { IgnoreRules } from './ignore-rules.js';
import { infoExclude } from './info-exclude.js';

/**
 * Reads a file; `undefined` where there is none.
 * @param path forward slashes; below the root, or from the root of the disk
 */
export type ReadText = (path: string) => Promise<string | undefined>;

/** What the user has git ignore in a repository whatever is in it: the text of their own excludes file. */
export type ReadEverywhere = (folder: string) => Promise<string>;

/**
 * The rules of a root with those of every folder on the way to a file. What the user has git ignore everywhere, and after it a
 * repository's own `info/exclude`, count as the first lines of its `.gitignore`.
 * @param folders the folders from the root to the file
 * @param everywhere asked for the root and for every repository below it
 */
export async function rulesOnTheWay(
  folders: readonly string[],
  read: ReadText,
  everywhere: ReadEverywhere = () => Promise.resolve(''),
): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  for (let depth = 0; depth <= folders.length; depth += 1) {
    const folder = folders
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join('');
    const [own, shared = ''] = await Promise.all([infoExclude(folder, read), read(`${folder}.gitignore`)]);
    const users = depth === 0 || own !== undefined ? await everywhere(folder) : '';
    rules.set(folder, [users, own ?? '', shared].join('\n'));
  }
  return rules;
}

/** A path that has a root, as globs see it: without drive and leading slashes. */
export const withoutRoot = (path: string): string => path.replace(/^(?:\/?[a-zA-Z]:)?\/+/, '');
