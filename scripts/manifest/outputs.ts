import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { manifest } from './manifest.js';
import { settingsTable } from './settings-table.js';

/** A file that the generator writes, with what it should hold now. */
export interface Output {
  readonly path: string;
  readonly text: string;
}

/** Every generated file of the repository at `root`; package.json keeps what is not generated. */
export async function outputs(root: URL): Promise<readonly Output[]> {
  const { parts, english } = manifest();
  const packagePath = new URL('package.json', root);
  const current: unknown = JSON.parse(await readFile(packagePath, 'utf8'));
  if (typeof current !== 'object' || current === null) throw new Error('package.json holds no object');
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { path: 'package.json', text: json({ ...current, ...parts }) },
    { path: 'package.nls.json', text: json(english) },
    { path: 'docs/settings.md', text: await format(settingsTable(), { parser: 'markdown' }) },
  ];
}
