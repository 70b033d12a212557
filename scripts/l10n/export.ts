/** Writes l10n/bundle.l10n.json, the English texts that translators start from. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { root } from '../setup/paths.js';
import { sourceStrings } from './strings.js';

const { texts } = await sourceStrings(root);
const english = JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])));
await mkdir(path.join(root, 'l10n'), { recursive: true });
await writeFile(
  path.join(root, 'l10n', 'bundle.l10n.json'),
  await format(english, { parser: 'json', printWidth: 110 }),
);
