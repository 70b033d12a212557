import { LRUCache } from 'lru-cache';
import * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import { importsOf, outlineOf, type ImportSpecifier } from '../core/context/imports.js';
import type { ContextSource } from '../core/context/time-box.js';
import { isOnDisk, relativePath } from '../document.js';
import type { EditorPlace } from './place.js';

const linesRead = 80;
const mostImports = 8;
const outlineCharacters = 700;
const largestFile = 200_000;

type Found = ContextChunk | 'nothing';

/** What the project's own files that this one imports declare. */
export class Imports implements ContextSource<EditorPlace> {
  public readonly name = 'import';
  private readonly known = new LRUCache<string, Promise<Found>>({ max: 300, ttl: 30_000 });

  public async gather(place: EditorPlace): Promise<readonly ContextChunk[]> {
    const { document } = place;
    if (!isOnDisk(document.uri)) return [];
    if (vscode.workspace.getWorkspaceFolder(document.uri) === undefined) return [];
    const top = document.getText(new vscode.Range(0, 0, linesRead, 0));
    const specifiers = importsOf(document.languageId, top).slice(0, mostImports);
    const found = await Promise.all(specifiers.map((specifier) => this.lookUp(place, specifier)));
    return found.flatMap((chunk) => (chunk === 'nothing' ? [] : [chunk]));
  }

  private lookUp(place: EditorPlace, specifier: ImportSpecifier): Promise<Found> {
    const folder = vscode.Uri.joinPath(place.document.uri, '..');
    const key = `${folder.toString()} ${specifier.specifier}`;
    const known = this.known.get(key) ?? this.read(place, folder, specifier);
    this.known.set(key, known);
    return known;
  }

  private async read(
    { exclusion }: EditorPlace,
    folder: vscode.Uri,
    { candidates }: ImportSpecifier,
  ): Promise<Found> {
    for (const candidate of candidates) {
      const uri = vscode.Uri.joinPath(folder, candidate);
      const stat = await vscode.workspace.fs.stat(uri).then(
        (found) => found,
        () => undefined,
      );
      if (stat?.type !== vscode.FileType.File) continue;
      if (stat.size > largestFile || (await exclusion.excludes(uri))) return 'nothing';
      if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return 'nothing';
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const outline = outlineOf(text.replaceAll('\r\n', '\n'), outlineCharacters);
      if (outline === '') return 'nothing';
      return { source: this.name, path: relativePath(uri), text: outline, priority: 0.6 };
    }
    return 'nothing';
  }
}
