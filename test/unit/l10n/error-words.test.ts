import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/setup/paths.js';
import { engineErrorCodes } from '../../../src/contract/errors.js';
import { codeWords } from '../../../src/editor/engine/code-words.js';

describe('errors of the engine in words', () => {
  it('have a cause for every code, each another, and a next step but for a cancel', () => {
    const causes = engineErrorCodes.map((code) => codeWords(code, (text) => text).cause);
    assert.equal(new Set(causes).size, engineErrorCodes.length);
    for (const code of engineErrorCodes)
      assert.equal(codeWords(code, (text) => text).nextStep === '', code === 'cancelled', code);
  });

  it('are complete in Japanese', async () => {
    const bundle = new Map<string, unknown>(
      Object.entries(
        JSON.parse(await readFile(path.join(root, 'l10n/bundle.l10n.ja.json'), 'utf8')) as object,
      ),
    );
    const japanese = (text: string): string => {
      const found = bundle.get(text);
      assert.ok(
        typeof found === 'string' && /[\u3040-\u30ff\u4e00-\u9fff]/u.test(found),
        `no Japanese for "${text}"`,
      );
      return found;
    };
    for (const code of engineErrorCodes)
      assert.notEqual(codeWords(code, (text) => text && japanese(text)).cause, '');
  });
});
