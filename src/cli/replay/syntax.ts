import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { noSyntax, type Syntax } from '../../editor/completion/core/syntax/syntax.js';
import { TreeSitter } from '../../editor/completion/core/syntax/tree-sitter.js';

/** Where the bundle keeps the grammars, seen from the bundle (dist/cli.js) and from this file. */
const folders = ['./wasm', '../../../dist/wasm'];

/** The parser that the editor uses, with the grammars of these languages loaded; none where nothing was bundled. */
export async function syntaxOf(languageIds: readonly string[]): Promise<Syntax> {
  const folder = folders
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (folder === undefined) return noSyntax;
  const syntax = new TreeSitter(folder, (problem) => process.stderr.write(`${problem}\n`));
  await Promise.all([...new Set(languageIds)].map((languageId) => syntax.load(languageId)));
  return syntax;
}
