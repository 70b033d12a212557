import * as vscode from 'vscode';
import type { Suggestion } from '../core/ask.js';
import { effectOf, type Shown } from '../core/shown.js';
import { keptShare } from '../core/statistics.js';
import type { StatisticsStore } from './store.js';

const judgeAfterMs = 120_000;

/** Follows what is shown to its end: taken, taken in part, typed, or gone. */
export class AcceptanceTracker implements vscode.Disposable {
  private shown: Shown | undefined;
  private readonly countedIds = new Set<string>();
  private readonly judging = new Set<NodeJS.Timeout>();

  public constructor(private readonly store: StatisticsStore) {}

  /** Ghost text stands at a position. */
  public show(
    document: vscode.TextDocument,
    position: vscode.Position,
    suggestions: readonly Suggestion[],
  ): void {
    const [suggestion] = suggestions;
    if (suggestion === undefined) return;
    const typed = document.getText(new vscode.Range(position.translate(0, -suggestion.before), position));
    const missing = suggestion.text.startsWith(typed) ? suggestion.text.slice(typed.length) : suggestion.text;
    this.shown = {
      fileKey: document.uri.toString(),
      languageId: document.languageId,
      suggestion,
      missing,
    };
    if (this.countedIds.has(suggestion.id)) return;
    this.countedIds.add(suggestion.id);
    this.store.count(document.languageId, { kind: 'shown' });
  }

  /** A document has changed. */
  public edited(event: vscode.TextDocumentChangeEvent): void {
    const { shown } = this;
    const [change] = event.contentChanges;
    if (shown === undefined || change === undefined) return;
    if (event.document.uri.toString() !== shown.fileKey) return;
    const effect = effectOf(shown.missing, change.text.replaceAll('\r\n', '\n'));
    if (effect.kind === 'took-part')
      this.store.count(shown.languageId, { kind: 'partly-accepted', characters: effect.characters });
    this.shown =
      effect.kind === 'typed-on' || effect.kind === 'took-part'
        ? { ...shown, missing: effect.missing }
        : effect.kind === 'took-all'
          ? shown
          : undefined;
  }

  /** The editor ran the command of an accepted suggestion. */
  public accepted(id: string): void {
    const { shown } = this;
    const editor = vscode.window.activeTextEditor;
    if (shown?.suggestion.id !== id || editor === undefined) return;
    this.shown = undefined;
    this.store.count(shown.languageId, { kind: 'accepted', characters: shown.missing.length });
    this.judgeLater(editor.document, shown.suggestion.text);
  }

  public dispose(): void {
    for (const timer of this.judging) clearTimeout(timer);
  }

  private judgeLater(document: vscode.TextDocument, text: string): void {
    const timer = setTimeout(() => {
      this.judging.delete(timer);
      if (document.isClosed) return;
      const share = keptShare(text, document.getText().replaceAll('\r\n', '\n'));
      this.store.count(document.languageId, { kind: 'judged', share });
    }, judgeAfterMs);
    this.judging.add(timer);
  }
}
