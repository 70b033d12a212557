import * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import { RecentEdits } from '../core/context/recent-edits.js';
import type { ContextSource } from '../core/context/time-box.js';
import { isWritable, linesOfDocument, relativePath } from '../document.js';
import type { EditorPlace } from './place.js';

/** Places the user has changed lately, as they read now. */
export class EditedPlaces implements ContextSource<EditorPlace>, vscode.Disposable {
  public readonly name = 'recent-edit';
  private readonly edits = new RecentEdits();
  private readonly subscriptions = [
    vscode.workspace.onDidChangeTextDocument((event) => this.note(event)),
    vscode.workspace.onDidCloseTextDocument((document) => this.edits.forget(document.uri.toString())),
  ];

  public async gather({ document, position, exclusion }: EditorPlace): Promise<readonly ContextChunk[]> {
    const open = new Map<string, vscode.TextDocument>();
    for (const other of vscode.workspace.textDocuments)
      if (!(await exclusion.excludes(other.uri))) open.set(other.uri.toString(), other);
    return this.edits.chunks({ fileKey: document.uri.toString(), line: position.line }, (key) => {
      const found = open.get(key);
      return found === undefined ? undefined : linesOfDocument(found);
    });
  }

  public dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private note({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (!isWritable(document)) return;
    for (const { range, text } of contentChanges)
      this.edits.note(
        {
          fileKey: document.uri.toString(),
          path: relativePath(document.uri),
          first: range.start.line,
          oldLast: range.end.line,
          newLines: text.split('\n').length,
        },
        performance.now(),
      );
  }
}
