import ignore, { type Ignore } from 'ignore';

/** Rules in the form of `.gitignore`, of one folder. */
interface FolderRules {
  readonly folder: string;
  readonly rules: Ignore;
}

/** Every ancestor of a path and the path itself, outermost first: `a/b/c` gives `a/`, `a/b/`, `a/b/c`. */
function steps(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) =>
    index === parts.length - 1 ? path : `${parts.slice(0, index + 1).join('/')}/`,
  );
}

/** The `.gitignore` files of a tree, read as git reads them: deeper files overrule, an ignored folder stays ignored. */
export class IgnoreRules {
  private folders: FolderRules[] = [];

  /** Sets the rules of a folder (`''` for the root, otherwise ending in `/`), replacing earlier ones. */
  public set(folder: string, text: string): void {
    this.remove(folder);
    this.folders.push({ folder, rules: ignore().add(text) });
    this.folders.sort((left, right) => left.folder.length - right.folder.length);
  }

  public remove(folder: string): void {
    this.folders = this.folders.filter((known) => known.folder !== folder);
  }

  /** @param path relative to the root, forward slashes; outside of the root nothing is ignored */
  public ignores(path: string): boolean {
    if (path === '' || path.startsWith('/') || path.startsWith('../')) return false;
    return steps(path).some((step) => this.verdict(step));
  }

  private verdict(path: string): boolean {
    let ignored = false;
    for (const { folder, rules } of this.folders) {
      if (!path.startsWith(folder) || path.length === folder.length) continue;
      const result = rules.test(path.slice(folder.length));
      if (result.ignored) ignored = true;
      if (result.unignored) ignored = false;
    }
    return ignored;
  }
}

/** A test for glob patterns in the form of `.gitignore`. A bad pattern matches nothing. */
export function globTest(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore().add([...patterns]);
  return (path) => ignore.isPathValid(path) && rules.ignores(path);
}
