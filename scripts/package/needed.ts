/** Of a package in package-lock.json: what it asks for, by name. */
export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>> | undefined;
  readonly optionalDependencies?: Readonly<Record<string, string>> | undefined;
  readonly peerDependencies?: Readonly<Record<string, string>> | undefined;
}

const top = 'node_modules/';

/**
 * Names of the packages at the top of node_modules that the project's own dependencies lead to, without those left out and what
 * only they lead to. Where a package holds another version of one inside of it, the one at the top counts as well.
 * @param packages of package-lock.json, by folder; the project's own is ''
 */
export function neededPackages(
  packages: Readonly<Record<string, LockedPackage>>,
  leftOut: ReadonlySet<string>,
): Set<string> {
  const asks = new Map<string, string[]>();
  for (const [folder, locked] of Object.entries(packages)) {
    const holder = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(folder)?.[1] ?? '';
    const names = [locked.dependencies, locked.optionalDependencies, locked.peerDependencies];
    asks.set(holder, [...(asks.get(holder) ?? []), ...names.flatMap((some) => Object.keys(some ?? {}))]);
  }
  const needed = new Set<string>();
  const waiting = Object.keys(packages['']?.dependencies ?? {});
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name) || leftOut.has(name) || packages[`${top}${name}`] === undefined) continue;
    needed.add(name);
    waiting.push(...(asks.get(name) ?? []));
  }
  return needed;
}
