import ts from 'typescript';

/** Texts that are no reason: thrown (they have a code), logged, or names of modules. */
function isElsewhere(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return true;
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText());
  return ts.isCallExpression(node) && /\blog$|#log/.test(node.expression.getText());
}

const words = (text: string): number => text.split(' ').filter((word) => /[A-Za-z]{2}/.test(word)).length;

/** The English sentences, of three words or more, that a TypeScript source says; `{}` where something is put in. */
export function sentencesOf(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isElsewhere(node)) return;
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
        : '';
    if (words(text) >= 3) found.push(text);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

const nativeSentence =
  /(?:\b(?:why|(?:dense)?[rR]eason|notConfigured) = |\breturn |runtime_error\(|snprintf\([^"]*)"([^"]+)"(?!\s*\+)/gu;

/** The same of a C++ source: what is returned or kept as a reason. */
export function nativeSentencesOf(source: string): readonly string[] {
  return Array.from(source.matchAll(nativeSentence), ([, text = '']) =>
    text.replace(/%\.?\d*[a-z]/gu, '{}').replace('%%', '%'),
  ).filter((text) => words(text) >= 2);
}
