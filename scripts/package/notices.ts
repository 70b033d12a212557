import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';
import { targets } from '../build/targets.js';
import { root } from '../setup/paths.js';

const manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.optional(v.string(), 'see its text'),
});

/**
 * The licences of what is bundled into `dist/` and lies beside it; packages that are copied whole bring theirs along.
 * @param shipsOpenMp whether GCC's OpenMP runtime goes with the native build
 */
export async function notices(shipsOpenMp: boolean): Promise<string> {
  const sections: string[] = [];
  for (const folder of await bundledPackages()) {
    const { name, version, license } = v.parse(
      manifest,
      JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8')),
    );
    sections.push(`## ${name} ${version} (${license})\n\n${await licenceText(path.join(root, folder))}`);
  }
  sections.push(`## llama.cpp, with ggml (MIT)\n\n${await kept('llama.cpp')}`);
  if (shipsOpenMp) sections.push(await openMp());
  return `# Third-party notices\n\n${sections.join('\n\n')}\n`;
}

/** Licences of what no package brings: kept here, so that packing needs no sources of a build. */
const kept = async (name: string): Promise<string> =>
  (await readFile(path.join(import.meta.dirname, 'licences', `${name}.txt`), 'utf8')).trim();

async function openMp(): Promise<string> {
  const words = [
    'libgomp.so.1 lies beside the native build, as the compiler of the machine that built it brings it.',
    'Copyright (C) Free Software Foundation, Inc. Its source is that of GCC: https://gcc.gnu.org/releases.html',
  ];
  const texts = [words.join('\n'), await kept('gcc-runtime-exception'), await kept('gpl-3.0')];
  return `## libgomp, GCC's OpenMP runtime (GPL-3.0 with the GCC Runtime Library Exception 3.1)\n\n${texts.join('\n\n')}`;
}

async function bundledPackages(): Promise<string[]> {
  const folders = new Set<string>();
  for (const target of targets) {
    const { metafile } = await build({ ...target, write: false, metafile: true });
    for (const input of Object.keys(metafile.inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  folders.add('node_modules/web-tree-sitter').add('node_modules/@vscode/tree-sitter-wasm');
  return [...folders].sort();
}

async function licenceText(folder: string): Promise<string> {
  const names = await readdir(folder);
  const name = names.find((each) => /^(licen[cs]e|copying)/i.test(each));
  return name === undefined
    ? 'No text comes with it.'
    : (await readFile(path.join(folder, name), 'utf8')).trim();
}
