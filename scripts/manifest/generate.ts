/** Writes the generated parts of package.json, package.nls.json and docs/settings.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { outputs } from './outputs.js';

const root = new URL('../../', import.meta.url);
for (const output of await outputs(root)) {
  const target = new URL(output.path, root);
  await mkdir(new URL('.', target), { recursive: true });
  await writeFile(target, output.text);
}
