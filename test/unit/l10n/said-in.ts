import ts from 'typescript';

/** Texts that are no reason: thrown (they have a code), logged, or names of modules. */
function isElsewhere(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return true;
  if (ts.isNewExpression(node)) return /Error$/.test(node.expression.getText());
  return ts.isCallExpression(node) && /\blog$|#log/.test(node.expression.getText());
}

const words = (text: string): number => text.split(' ').filter((word) => /[A-Za-z]{2}/.test(word)).length;

const textOf = (node: ts.Node | undefined): string => {
  if (node === undefined) return '';
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return '';
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
};

/** What the errors say that a TypeScript source makes of the engine's, but for those of what was cancelled. */
export function errorsOf(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'EngineError') {
      const [code, message] = node.arguments ?? [];
      if (textOf(code) !== 'cancelled' && textOf(message) !== '') found.push(textOf(message));
    }
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

/** The English sentences, of three words or more, that a TypeScript source says; `{}` where something is put in. */
export function sentencesOf(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isElsewhere(node)) return;
    const text = textOf(node);
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
