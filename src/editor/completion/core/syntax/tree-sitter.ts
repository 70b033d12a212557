import { join } from 'node:path';
import type { Language, Node, Parser, Tree } from 'web-tree-sitter';
import type { CursorSyntax } from '../shape.js';
import { grammarFile } from './grammars.js';
import { regionAround } from './region.js';
import type { Syntax, SyntaxPlace } from './syntax.js';

/** A loaded parser and its grammars. */
interface Loaded {
  readonly parser: Parser;
  readonly language: Language;
}

function countErrors(node: Node): number {
  if (!node.hasError) return 0;
  const own = node.isError || node.isMissing ? 1 : 0;
  return node.children.reduce((sum, child) => sum + (child === null ? 0 : countErrors(child)), own);
}

function kindOf(node: Node | null): CursorSyntax {
  for (let at = node; at !== null; at = at.parent) {
    if (/comment/.test(at.type)) return 'comment';
    if (/substitution|interpolation/.test(at.type)) return 'code';
    if (/string|template_literal|heredoc/.test(at.type)) return 'string';
  }
  return 'code';
}

/** Answers from tree-sitter, for the languages whose grammars lie in a folder; loaded when a language is first met. */
export class TreeSitter implements Syntax {
  private parser: Promise<Parser> | undefined;
  private readonly languages = new Map<string, Loaded | 'loading' | 'missing'>();
  private lastBase: { readonly key: string; readonly errors: number } | undefined;

  /**
   * @param folder holds web-tree-sitter.wasm and one tree-sitter-*.wasm a language
   * @param report told once when a grammar cannot be loaded
   */
  public constructor(
    private readonly folder: string,
    private readonly report: (problem: string) => void,
  ) {}

  public prepare(languageId: string): void {
    void this.load(languageId);
  }

  /** Resolves when the language is ready, or known to have no grammar. */
  public async load(languageId: string): Promise<void> {
    const file = grammarFile(languageId);
    if (file === undefined || this.languages.has(file)) return;
    this.languages.set(file, 'loading');
    try {
      this.parser ??= this.start();
      const parser = await this.parser;
      const { Language } = await import('web-tree-sitter');
      const language = await Language.load(join(this.folder, file));
      this.languages.set(file, { parser, language });
    } catch (error) {
      this.languages.set(file, 'missing');
      this.report(`No grammar for ${languageId}: ${String(error)}`);
    }
  }

  public cursorSyntax(place: SyntaxPlace): CursorSyntax {
    const { before, after } = regionAround(place);
    const found = this.parsed(place.languageId, before + after, (tree) =>
      kindOf(tree.rootNode.descendantForIndex(Math.max(0, before.length - 1), before.length)),
    );
    return found ?? 'unknown';
  }

  public addedErrors(place: SyntaxPlace, text: string): number | undefined {
    const { before, after } = regionAround(place);
    const without = this.baseErrors(place.languageId, before, after);
    if (without === undefined) return undefined;
    const errors = this.parsed(place.languageId, before + text + after, (tree) => countErrors(tree.rootNode));
    return errors === undefined ? undefined : errors - without;
  }

  private baseErrors(languageId: string, before: string, after: string): number | undefined {
    const key = `${languageId}\u0000${before}\u0000${after}`;
    if (this.lastBase?.key === key) return this.lastBase.errors;
    const errors = this.parsed(languageId, before + after, (tree) => countErrors(tree.rootNode));
    if (errors !== undefined) this.lastBase = { key, errors };
    return errors;
  }

  private parsed<T>(languageId: string, source: string, read: (tree: Tree) => T): T | undefined {
    const loaded = this.languages.get(grammarFile(languageId) ?? '');
    if (typeof loaded !== 'object') return undefined;
    loaded.parser.setLanguage(loaded.language);
    const tree = loaded.parser.parse(source);
    if (tree === null) return undefined;
    try {
      return read(tree);
    } finally {
      tree.delete();
    }
  }

  private async start(): Promise<Parser> {
    const { Parser } = await import('web-tree-sitter');
    await Parser.init({ locateFile: (file: string) => join(this.folder, file) });
    return new Parser();
  }
}
