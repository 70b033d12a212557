import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sourceStrings } from '../../../scripts/l10n/strings.js';
import { root } from '../../../scripts/setup/paths.js';

type Texts = Readonly<Record<string, string>>;

const read = async (name: string) => JSON.parse(await readFile(path.join(root, name), 'utf8')) as Texts;

/** What a translation must carry over as it is: placeholders, command links, references to settings. */
const fixedParts = (text: string) => (text.match(/\{\d\}|\(command:[\w.]+\)|`#[^#]+#`/g) ?? []).sort();

/** Names and units that are the same in every language, and texts of nothing but placeholders. */
const sameEverywhere = new Set([
  'CPU',
  'Dense',
  'dense',
  'Dense: {0}',
  'KL, nats',
  '{0} nats',
  'Sparse Pilot',
  'Sparse Pilot: {0}.',
]);
const needsTranslation = (english: string) =>
  !sameEverywhere.has(english) && /[A-Za-z]{3}/.test(english.replace(/\{\d\}/g, ''));

describe('translations', function () {
  this.timeout(30_000);

  it('start from every string of the source: `tsx scripts/l10n/export.ts` would change nothing', async () => {
    const { texts, unreadable } = await sourceStrings(root);
    assert.deepEqual(unreadable, [], 'a text that is not written where it is translated cannot be found');
    assert.ok(texts.length > 300);
    assert.deepEqual(Object.keys(await read('l10n/bundle.l10n.json')).sort(), [...texts].sort());
  });

  const pairs = [
    ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.ja.json'],
    ['package.nls.json', 'package.nls.ja.json'],
  ] as const;
  for (const [english, japanese] of pairs)
    it(`are complete in ${japanese}, with every placeholder, link and reference`, async () => {
      const from = await read(english);
      const to = await read(japanese);
      assert.deepEqual(Object.keys(to).sort(), Object.keys(from).sort());
      for (const [key, text] of Object.entries(from)) {
        const translated = to[key] ?? '';
        assert.deepEqual(fixedParts(translated), fixedParts(text), key);
        if (needsTranslation(text)) assert.match(translated, /[\u3040-\u30ff\u4e00-\u9fff]/u, key);
      }
    });

  it('are not repeated in a bundle nobody knows of', async () => {
    const bundles = (await readdir(path.join(root, 'l10n'))).sort();
    assert.deepEqual(bundles, ['bundle.l10n.ja.json', 'bundle.l10n.json']);
  });
});
