import { LRUCache } from 'lru-cache';
import * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import { definitionText } from '../core/context/definition-text.js';
import type { ContextSource } from '../core/context/time-box.js';
import { symbolsNear, type SymbolUse } from '../core/context/symbols.js';
import { linesOf, type LineSource } from '../core/text.js';
import { cursorOf, isOnDisk, linesOfDocument, relativePath } from '../document.js';
import type { EditorPlace } from './place.js';

const reach = { lines: 6, symbols: 6 };

type Found = ContextChunk | 'nothing';

const isLink = (one: unknown): one is vscode.LocationLink =>
  typeof one === 'object' && one !== null && 'targetUri' in one;
const isLocation = (one: unknown): one is vscode.Location => one instanceof vscode.Location;

function targetOf(found: unknown): vscode.Location | undefined {
  const all: readonly unknown[] = Array.isArray(found) ? found : [];
  const [first] = all;
  if (isLink(first)) return new vscode.Location(first.targetUri, first.targetRange);
  return isLocation(first) ? first : undefined;
}

const largestFile = 1_000_000;

/** A file as it is in the editor, otherwise from the disk: opening it would have every language server work on it. */
async function readLines(uri: vscode.Uri): Promise<LineSource | undefined> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  if (open !== undefined) return linesOfDocument(open);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > largestFile) return undefined;
  return linesOf(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
}

/**
 * Definitions of the symbols in use, through whatever language extension is there. Language servers seldom answer within the
 * time box; their answers are kept, and come with the next request.
 */
export class Definitions implements ContextSource<EditorPlace> {
  public readonly name = 'definition';
  private readonly known = new LRUCache<string, Found>({ max: 500, ttl: 60_000 });
  private readonly asking = new Map<string, Promise<Found>>();

  public async gather(place: EditorPlace): Promise<readonly ContextChunk[]> {
    const { document, position } = place;
    const symbols = symbolsNear(linesOfDocument(document), cursorOf(position), reach);
    const pending = symbols.map((symbol) => this.lookUp(place, symbol));
    const found = await Promise.all(pending);
    return found.flatMap((chunk) => (chunk === 'nothing' ? [] : [chunk]));
  }

  /** Asks anew for every symbol. */
  public forget(): void {
    this.known.clear();
    this.asking.clear();
  }

  private async lookUp(place: EditorPlace, symbol: SymbolUse): Promise<Found> {
    const key = `${place.document.uri.toString()} ${symbol.name}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const running = this.asking.get(key) ?? this.ask(place, symbol);
    this.asking.set(key, running);
    // Not that of before things were forgotten.
    const current = () => this.asking.get(key) === running;
    try {
      const found = await running;
      if (current()) this.known.set(key, found);
      return found;
    } finally {
      if (current()) this.asking.delete(key);
    }
  }

  private async ask({ document, exclusion }: EditorPlace, symbol: SymbolUse): Promise<Found> {
    const answer: unknown = await vscode.commands.executeCommand(
      'vscode.executeDefinitionProvider',
      document.uri,
      new vscode.Position(symbol.line, symbol.character),
    );
    const target = targetOf(answer);
    if (target === undefined) return 'nothing';
    const elsewhere =
      target.uri.toString() !== document.uri.toString() ||
      Math.abs(target.range.start.line - symbol.line) > 60;
    const ours = isOnDisk(target.uri) && vscode.workspace.getWorkspaceFolder(target.uri) !== undefined;
    if (!elsewhere || !ours || (await exclusion.excludes(target.uri))) return 'nothing';
    const lines = await readLines(target.uri);
    const { start, end } = target.range;
    if (lines === undefined || start.line >= lines.lineCount) return 'nothing';
    const text = definitionText(lines, start.line, end.line);
    return { source: this.name, path: relativePath(target.uri), text, priority: 0.8 };
  }
}
