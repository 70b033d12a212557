import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { publishedCuda } from '../../../src/contract/index.js';
import { cudaBinsFolder } from '../../cuda/paths.js';
import { platform, root } from '../../setup/paths.js';
import { packCudaPart, publishedSource, withPart } from './part.js';

/**
 * `npm run package:cuda -- --url TEMPLATE`: packs what `npm run build:cuda` made into out/, and enters its hash and size into the
 * list that the extension fetches by. TEMPLATE is the archive's address with `{version}` and `{file}` in it, for example
 * https://github.com/OWNER/sparse-pilot/releases/download/v{version}/{file}. Then: build and package the extension, and put both
 * files on the release page.
 */
const { url: urlTemplate } = parseArgs({ options: { url: { type: 'string' } } }).values;
if (urlTemplate === undefined || !urlTemplate.includes('{file}')) {
  console.error('usage: npm run package:cuda -- --url https://…/v{version}/{file}');
  process.exit(2);
}
const target = path.join(root, 'out');
const part = await packCudaPart(cudaBinsFolder, platform, target);
const published = path.join(root, 'src', 'contract', 'gpu', 'published.ts');
const source = publishedSource(withPart(publishedCuda, urlTemplate, part));
const style = await resolveConfig(published);
await writeFile(published, await format(source, { ...style, filepath: published }));
console.log(
  `${path.join(target, part.fileName)}\n${(part.size / 1e6).toFixed(1)} MB, SHA-256 ${part.sha256}`,
);
