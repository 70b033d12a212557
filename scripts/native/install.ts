import { copyFile, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Flavour } from './configure.js';
import { nodeModules } from './paths.js';
import { runCommand } from './run-command.js';

/** What `sparse-pilot-build.json` beside the binaries says. */
export interface BuildRecord {
  readonly version: string;
  readonly flavour: Flavour;
  readonly nodeLlamaCpp: string;
  readonly llamaCpp: string;
  /** What this build can do beyond the stock one. */
  readonly features: readonly string[];
  /** Bytes of each library: opening one that was cut short kills the process. */
  readonly files: Readonly<Record<string, number>>;
  /** Hash of everything the build was made from. */
  readonly inputs: string;
}

async function librariesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.(so|dylib|dll|node)$/.test(name)).map((name) => path.join(folder, name));
}

/** The OpenMP runtime travels with the binaries, for machines that have no compiler. Linux only. */
async function openMpRuntime(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const [found = ''] = await runCommand('g++', ['-print-file-name=libgomp.so.1']);
  return path.isAbsolute(found) ? [await realpath(found)] : [];
}

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const names = (await readdir(folder)).sort();
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return Object.fromEntries(names.map((name, index) => [name, sizes[index] ?? 0]));
}

async function nodeLlamaCppVersion(): Promise<string> {
  const text = await readFile(path.join(nodeModules, 'node-llama-cpp', 'package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'version' in parsed &&
    typeof parsed.version === 'string'
  ) {
    return parsed.version;
  }
  throw new Error('node-llama-cpp/package.json names no version');
}

/** Metadata in the form that node-llama-cpp reads beside its own binaries. */
const nodeLlamaCppMetadata = {
  buildOptions: {
    customCmakeOptions: {},
    progressLogs: true,
    platform: process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'win' : 'linux',
    platformInfo: { name: process.platform, version: '' },
    arch: process.arch,
    gpu: false,
    llamaCpp: { repo: 'ggml-org/llama.cpp', release: 'v0.5.0' },
  },
};

/**
 * Puts the libraries of `build`, stripped, into `target`. A reader sees the old folder or the new one, never a part:
 * everything is written beside `target` and renamed at the end.
 */
export async function install(
  build: string,
  target: string,
  record: Pick<BuildRecord, 'flavour' | 'features' | 'inputs'>,
): Promise<void> {
  const staged = `${target}.new-${process.pid}`;
  const retired = `${target}.old-${process.pid}`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const libraries = [
    ...(await librariesIn(path.join(build, 'bin'))),
    ...(await librariesIn(path.join(build, 'out'))),
  ];
  for (const library of libraries) await copyFile(library, path.join(staged, path.basename(library)));
  if (process.platform === 'linux') {
    await runCommand('strip', [
      '--strip-unneeded',
      ...libraries.map((library) => path.join(staged, path.basename(library))),
    ]);
  }
  for (const runtime of await openMpRuntime()) await copyFile(runtime, path.join(staged, 'libgomp.so.1'));
  const version = await nodeLlamaCppVersion();
  const full: BuildRecord = {
    version: `${version}-sparse-pilot`,
    nodeLlamaCpp: version,
    llamaCpp: nodeLlamaCppMetadata.buildOptions.llamaCpp.release,
    files: await sizesIn(staged),
    ...record,
  };
  await writeFile(path.join(staged, '_nlcBuildMetadata.json'), JSON.stringify(nodeLlamaCppMetadata));
  await writeFile(path.join(staged, 'sparse-pilot-build.json'), `${JSON.stringify(full, null, 2)}\n`);
  await rename(target, retired).catch(() => undefined);
  await rename(staged, target);
  await rm(retired, { recursive: true, force: true });
}
