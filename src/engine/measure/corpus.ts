import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { calibrationFiles, type CalibrateRequest, type CalibrationSources } from '../../contract/index.js';

/** A source file to learn from. */
export interface SourceFile {
  /** Relative to the folder, forward slashes. */
  readonly path: string;
  readonly text: string;
}

const secrets = [
  '.env*',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  'id_rsa*',
  'id_ed25519*',
  '*.kdbx',
  'credentials*',
  'secrets*',
];
/** Kinds of text that can be learnt from, by extension. */
export type TextKind = NonNullable<CalibrateRequest['reads']>;

const { largest, most, skippedFolders } = calibrationFiles;
/** Characters of a sample of the files. */
const sampleLength = 1500;

interface Search {
  readonly signal: AbortSignal;
  /** Extensions. */
  readonly wanted: ReadonlySet<string>;
}

interface Rules {
  /** Of the walk, that the rules are for; empty: its root. */
  readonly folder: string;
  /** Where the walk's root lies, for rules of a folder above it. */
  readonly above?: string;
  readonly ignores: Ignore;
}

/**
 * The files of a kind below a folder, in an order that mixes its parts: no hidden folders, build outputs, secrets, binaries or files
 * over 1 MB, nothing that a `.gitignore` of the repository on the way names; links are not followed; 5000 files at most.
 */
export async function* sourceFiles(
  folder: string,
  signal: AbortSignal,
  kind: TextKind = 'code',
): AsyncGenerator<SourceFile, void, undefined> {
  for (const name of shuffled(await namesIn(folder, signal, kind))) {
    signal.throwIfAborted();
    yield* read(folder, name);
  }
}

/** How much there is to read, by size, without reading it: binaries among it are counted too. */
export async function sourcesIn(
  folder: string,
  signal: AbortSignal,
  kind: TextKind = 'code',
): Promise<CalibrationSources> {
  let files = 0;
  let bytes = 0;
  let sample = '';
  for (const name of shuffled(await namesIn(folder, signal, kind))) {
    signal.throwIfAborted();
    const size = await readableSize(path.join(folder, name));
    if (size === 0) continue;
    files += 1;
    bytes += size;
    if (sample.length >= sampleLength) continue;
    for await (const { text } of read(folder, name)) sample += text.slice(0, sampleLength);
  }
  return { files, bytes, sample: sample.slice(0, sampleLength) };
}

async function namesIn(folder: string, signal: AbortSignal, kind: TextKind): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of walk(folder, '', await rulesAbove(folder), {
    signal,
    wanted: new Set(calibrationFiles.extensions[kind]),
  })) {
    names.push(name);
    if (names.length >= most) break;
  }
  return names;
}

/** The same order every time, but not that of the folders: whoever reads some of the files gets some of every folder. */
function shuffled(names: readonly string[]): readonly string[] {
  const key = (name: string): string => createHash('sha256').update(name).digest('hex');
  return names
    .map((name) => ({ name, key: key(name) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ name }) => name);
}

async function* walk(
  root: string,
  below: string,
  outer: readonly Rules[],
  search: Search,
): AsyncGenerator<string, void, undefined> {
  search.signal.throwIfAborted();
  const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch(() => []);
  const rules = [...outer, await rulesOf(root, below)];
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (excluded(entry.isDirectory() ? `${name}/` : name, rules)) continue;
    if (entry.isDirectory() && !entry.name.startsWith('.')) yield* walk(root, name, rules, search);
    if (entry.isFile() && search.wanted.has(path.extname(entry.name))) yield name;
  }
}

async function* read(root: string, name: string): AsyncGenerator<SourceFile, void, undefined> {
  const file = path.join(root, name);
  if ((await readableSize(file)) === 0) return;
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text !== '' && !text.includes('\0')) yield { path: name, text };
}

/** Bytes of a file that is read; 0 for one that is not: empty, too large, or gone. */
async function readableSize(file: string): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  return size > largest ? 0 : size;
}

async function rulesOf(root: string, below: string): Promise<Rules> {
  const text = await readFile(path.join(root, below, '.gitignore'), 'utf8').catch(() => '');
  return { folder: below, ignores: ignore().add(text) };
}

/** Whatever a `.gitignore` allows again, these are not read. */
const never = ignore().add(skippedFolders).add(secrets);

/** The rules of the folders above, up to the repository's root: what they ignore below `folder` is not read either. */
async function rulesAbove(folder: string): Promise<readonly Rules[]> {
  const rules: Rules[] = [];
  let at = path.resolve(folder);
  while (!(await exists(path.join(at, '.git')))) {
    const parent = path.dirname(at);
    // not in a repository at all: what lies above is nobody's business here
    if (parent === at) return [];
    at = parent;
    const below = path.relative(at, path.resolve(folder)).split(path.sep).join('/');
    const { ignores } = await rulesOf(at, '');
    rules.unshift({ folder: '', above: `${below}/`, ignores });
  }
  return rules;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

function excluded(name: string, rules: readonly Rules[]): boolean {
  return (
    never.ignores(name) ||
    rules.some(({ folder, above = '', ignores }) =>
      ignores.ignores(above + (folder === '' ? name : name.slice(folder.length + 1))),
    )
  );
}
