import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { reasons } from '../../src/contract/reasons/index.js';

/** A call of `t(…)` whose text cannot be read from the source, so that nobody can translate it. */
export interface Unreadable {
  readonly file: string;
  readonly line: number;
}

export interface SourceStrings {
  /** English texts, sorted, each once. */
  readonly texts: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

const folders = ['src/contract/words', 'src/editor', 'src/webview'];

/** Every text given to `vscode.l10n.t` (editor) or `t` (webviews, words of the contract) in the source under `root`, and every reason of the contract. */
export async function sourceStrings(root: string): Promise<SourceStrings> {
  const texts = new Set<string>(reasons);
  const unreadable: Unreadable[] = [];
  for (const folder of folders)
    for (const name of await readdir(path.join(root, folder), { recursive: true })) {
      if (!name.endsWith('.ts') || path.basename(name) === 'l10n.ts') continue;
      const file = path.join(folder, name);
      const source = parse(file, await readFile(path.join(root, file), 'utf8'));
      for (const call of translations(source)) {
        const [first] = call.arguments;
        if (first !== undefined && ts.isStringLiteralLike(first)) texts.add(first.text);
        else unreadable.push({ file, line: source.getLineAndCharacterOfPosition(call.pos).line + 1 });
      }
    }
  return { texts: [...texts].sort(), unreadable };
}

const parse = (name: string, text: string) => ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);

function translations(node: ts.Node): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child) && isTranslate(child.expression)) found.push(child);
    child.forEachChild(visit);
  };
  visit(node);
  return found;
}

function isTranslate(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 't';
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 't' &&
    /\bl10n$/.test(callee.expression.getText())
  );
}
