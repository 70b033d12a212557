import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { cudaRecordName } from '../../src/contract/index.js';
import { repositoryRoot } from '../native/paths.js';
import type { Architecture } from './compile.js';
import { cudaBinsFolder } from './paths.js';
import type { CudaToolkit } from './toolkit.js';

/** `full`: everything compiled from source; `relinked`: our part in front of node-llama-cpp's library. */
export type CudaBuildKind = 'full' | 'relinked';

export interface CudaBuild {
  readonly kind: CudaBuildKind;
  readonly toolkit: CudaToolkit;
  readonly architectures: readonly Architecture[];
  /** The built libraries, absolute. */
  readonly libraries: readonly string[];
}

/** NVIDIA's libraries that the backend needs besides the driver; they may be redistributed with an application. */
const runtimeLibraries = ['libcudart.so.13', 'libcublas.so.13', 'libcublasLt.so.13'];
/** Major version of the first driver that runs CUDA 13. */
const minimumDriver = 580;

/**
 * Puts a build into native/cuda-bins with its record, where a checkout's engine finds it and `npm run package:cuda` packs it.
 * NVIDIA's libraries are linked to, not copied. A reader sees the old folder, none for a moment, or the new one: never a part of it.
 * @returns the folder
 * @throws Error when the toolkit lacks one of them
 */
export async function installCuda({ kind, toolkit, architectures, libraries }: CudaBuild): Promise<string> {
  const staged = `${cudaBinsFolder}.new-${process.pid}`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  for (const library of libraries) await copyFile(library, path.join(staged, path.basename(library)));
  const missing = runtimeLibraries.filter((name) => !existsSync(path.join(toolkit.libraries, name)));
  if (missing.length > 0)
    throw new Error(`${toolkit.libraries} lacks ${missing.join(', ')}: the build would not start`);
  for (const name of runtimeLibraries)
    await symlink(path.join(toolkit.libraries, name), path.join(staged, name));
  const files: Record<string, number> = {};
  for (const name of [...libraries.map((library) => path.basename(library)), ...runtimeLibraries])
    files[name] = (await stat(path.join(staged, name))).size;
  const record = {
    version: await extensionVersion(),
    kind,
    capabilities: architectures.map(Number),
    minimumDriver,
    files,
  };
  await writeFile(path.join(staged, cudaRecordName), `${JSON.stringify(record, null, 2)}\n`);
  await rm(cudaBinsFolder, { recursive: true, force: true });
  await rename(staged, cudaBinsFolder);
  return cudaBinsFolder;
}

async function extensionVersion(): Promise<string> {
  const text = await readFile(path.join(repositoryRoot, 'package.json'), 'utf8');
  return v.parse(v.object({ version: v.string() }), JSON.parse(text)).version;
}
