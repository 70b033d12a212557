import { join } from 'node:path';
import type { Edit, Language, Node, Parser, Point, Tree } from 'web-tree-sitter';
import type { CursorSyntax } from '../shape.js';
import { grammarFile } from './grammars.js';
import { regionAround } from './region.js';
import type { Syntax, SyntaxPlace } from './syntax.js';

/** A loaded parser and its grammars. */
interface Loaded {
  readonly parser: Parser;
  readonly language: Language;
  readonly Edit: typeof Edit;
}

/** The source around a place that was asked about lately, parsed without anything suggested there. */
interface Base {
  readonly language: Language;
  readonly source: string;
  readonly tree: Tree;
}

/** The cursor, the place behind what is shown there, and the one before a key. */
const mostBases = 3;

function pointAt(text: string, offset: number): Point {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { row: before.split('\n').length - 1, column: offset - lineStart };
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

function parse({ parser, language }: Loaded, source: string, old: Tree | null): Tree | null {
  parser.setLanguage(language);
  return parser.parse(source, old);
}

/** The tree with a text inserted. What the text leaves as it was is taken over from `base` and not parsed anew. */
function treeWith(
  loaded: Loaded,
  base: Tree,
  { before, text, after }: { readonly before: string; readonly text: string; readonly after: string },
): Tree | null {
  const source = before + text + after;
  const start = { startIndex: before.length, oldEndIndex: before.length };
  const startPosition = pointAt(source, before.length);
  const edited = base.copy();
  try {
    const newEndIndex = before.length + text.length;
    const newEndPosition = pointAt(source, newEndIndex);
    const positions = { startPosition, oldEndPosition: startPosition, newEndPosition };
    edited.edit(new loaded.Edit({ ...start, newEndIndex, ...positions }));
    return parse(loaded, source, edited);
  } finally {
    edited.delete();
  }
}

/** Answers from tree-sitter, for the languages whose grammars lie in a folder; loaded when a language is first met. */
export class TreeSitter implements Syntax {
  private parser: Promise<Parser> | undefined;
  private readonly languages = new Map<string, Loaded | 'loading' | 'missing'>();
  /** The latest first. */
  private bases: Base[] = [];

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
      const { Edit, Language } = await import('web-tree-sitter');
      const language = await Language.load(join(this.folder, file));
      this.languages.set(file, { parser, language, Edit });
    } catch (error) {
      this.languages.set(file, 'missing');
      this.report(`No grammar for ${languageId}: ${String(error)}`);
    }
  }

  public cursorSyntax({ languageId, ...place }: SyntaxPlace): CursorSyntax {
    const loaded = this.loaded(languageId);
    if (loaded === undefined) return 'unknown';
    const { before, after } = regionAround(place);
    const tree = this.baseTree(loaded, before + after);
    if (tree === null) return 'unknown';
    return kindOf(tree.rootNode.descendantForIndex(Math.max(0, before.length - 1), before.length));
  }

  public addedErrors({ languageId, ...place }: SyntaxPlace, text: string): number | undefined {
    const loaded = this.loaded(languageId);
    if (loaded === undefined) return undefined;
    const { before, after } = regionAround(place);
    const base = this.baseTree(loaded, before + after);
    const tree = base === null ? null : treeWith(loaded, base, { before, text, after });
    if (base === null || tree === null) return undefined;
    try {
      return countErrors(tree.rootNode) - countErrors(base.rootNode);
    } finally {
      tree.delete();
    }
  }

  private loaded(languageId: string): Loaded | undefined {
    const loaded = this.languages.get(grammarFile(languageId) ?? '');
    return typeof loaded === 'object' ? loaded : undefined;
  }

  /**
   * One place is asked about several times, and with every key also the place behind what is shown: whether it is code, and whether each
   * text may stand there. Each is parsed from nothing: a tree must not depend on what was typed before.
   */
  private baseTree(loaded: Loaded, source: string): Tree | null {
    const { language } = loaded;
    const known = this.bases.find((base) => base.language === language && base.source === source);
    const tree = known?.tree ?? parse(loaded, source, null);
    if (tree === null) return null;
    const others = this.bases.filter((base) => base !== known);
    for (const { tree: old } of others.splice(mostBases - 1)) old.delete();
    this.bases = [{ language, source, tree }, ...others];
    return tree;
  }

  private async start(): Promise<Parser> {
    const { Parser } = await import('web-tree-sitter');
    await Parser.init({ locateFile: (file: string) => join(this.folder, file) });
    return new Parser();
  }
}
