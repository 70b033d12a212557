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

/** The licences of what is bundled into `dist/` and of llama.cpp; packages that are copied whole bring theirs along. */
export async function notices(): Promise<string> {
  const sections: string[] = [];
  for (const folder of await bundledPackages()) {
    const { name, version, license } = v.parse(
      manifest,
      JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8')),
    );
    sections.push(`## ${name} ${version} (${license})\n\n${await licenceText(path.join(root, folder))}`);
  }
  const llama = path.join(root, 'native', '.work', 'patched', 'src', 'llama.cpp');
  sections.push(`## llama.cpp, with ggml (MIT)\n\n${await licenceText(llama)}`);
  return `# Third-party notices\n\n${sections.join('\n\n')}\n`;
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
