import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { cacheFolder, platform, root } from '../setup/paths.js';
import { notices } from './notices.js';
import { copyRuntime } from './runtime.js';

export const stageFolder = path.join(cacheFolder, 'vsix');

/** What goes into the VSIX as it is, where it exists. */
const content = ['media', 'l10n', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Lays the extension out as it will be installed. */
export async function stage(): Promise<string> {
  await rm(stageFolder, { recursive: true, force: true });
  await mkdir(stageFolder, { recursive: true });
  const nls = (await readdir(root)).filter((name) => /^package\.nls.*\.json$/.test(name));
  const present = new Set(await readdir(root));
  for (const name of [...content, ...nls].filter((each) => present.has(each))) {
    await cp(path.join(root, name), path.join(stageFolder, name), { recursive: true });
  }
  await cp(path.join(root, 'dist'), path.join(stageFolder, 'dist'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  });
  const bins = path.join('native', 'bins', platform);
  await cp(path.join(root, bins), path.join(stageFolder, bins), { recursive: true });
  const shipsOpenMp = (await readdir(path.join(root, bins))).includes('libgomp.so.1');
  await writeManifest();
  await writeFile(path.join(stageFolder, 'THIRD-PARTY-NOTICES.md'), await notices(shipsOpenMp));
  await copyRuntime(path.join(stageFolder, 'dist', 'node_modules'));
  return stageFolder;
}

/** The manifest without what only a checkout needs: scripts, development packages. */
async function writeManifest(): Promise<void> {
  const text = await readFile(path.join(root, 'package.json'), 'utf8');
  const manifest = v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));
  const { scripts, devDependencies, dependencies, allowScripts, ...kept } = manifest;
  void [scripts, devDependencies, dependencies, allowScripts];
  await writeFile(path.join(stageFolder, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
}
