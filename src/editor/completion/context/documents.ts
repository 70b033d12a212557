import * as vscode from 'vscode';
import { isWritable, linesOfDocument } from '../document.js';
import { windowsOf, type CodeWindow } from '../core/context/windows.js';

/** Larger documents are not looked through while somebody types. */
const mostLines = 5000;

interface CachedWindows {
  readonly version: number;
  readonly windows: readonly CodeWindow[];
}

/** The documents the user has looked at lately, latest first, and their windows while they stay as they are. */
export class SeenDocuments implements vscode.Disposable {
  private seen: string[] = [];
  private readonly windows = new WeakMap<vscode.TextDocument, CachedWindows>();
  private readonly subscription = vscode.window.onDidChangeActiveTextEditor((editor) =>
    this.note(editor?.document),
  );

  public constructor() {
    this.note(vscode.window.activeTextEditor?.document);
  }

  /** Open documents but for `without`, those seen latest first. Other languages come after the same one. */
  public others(without: vscode.TextDocument): readonly vscode.TextDocument[] {
    const rank = (document: vscode.TextDocument) => {
      const index = this.seen.indexOf(document.uri.toString());
      const age = index < 0 ? this.seen.length : index;
      return age + (document.languageId === without.languageId ? 0 : 1000);
    };
    return vscode.workspace.textDocuments
      .filter(
        (document) =>
          document !== without &&
          !document.isClosed &&
          isWritable(document) &&
          document.lineCount <= mostLines,
      )
      .sort((left, right) => rank(left) - rank(right));
  }

  public windowsOf(document: vscode.TextDocument): readonly CodeWindow[] {
    const cached = this.windows.get(document);
    if (cached?.version === document.version) return cached.windows;
    const windows = windowsOf(linesOfDocument(document));
    this.windows.set(document, { version: document.version, windows });
    return windows;
  }

  public dispose(): void {
    this.subscription.dispose();
  }

  private note(document: vscode.TextDocument | undefined): void {
    if (document === undefined) return;
    const key = document.uri.toString();
    this.seen = [key, ...this.seen.filter((other) => other !== key)].slice(0, 32);
  }
}
