import { IgnoreRules } from './ignore-rules.js';

/** Reads a file by its path below the root, forward slashes; `undefined` where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * The rules of a root with those of every folder on the way to a file. A repository's own `.git/info/exclude` counts as the
 * first lines of its `.gitignore`.
 * @param folders the folders from the root to the file
 */
export async function rulesOnTheWay(folders: readonly string[], read: ReadText): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  for (let depth = 0; depth <= folders.length; depth += 1) {
    const folder = folders
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join('');
    const [own, shared] = await Promise.all([
      read(`${folder}.git/info/exclude`),
      read(`${folder}.gitignore`),
    ]);
    if (own !== undefined || shared !== undefined) rules.set(folder, `${own ?? ''}\n${shared ?? ''}`);
  }
  return rules;
}

/** A path that has a root, as globs see it: without drive and leading slashes. */
export const withoutRoot = (path: string): string => path.replace(/^(?:\/?[a-zA-Z]:)?\/+/, '');
