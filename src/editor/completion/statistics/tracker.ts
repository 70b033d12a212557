import * as vscode from 'vscode';
import type { Suggestion } from '../core/ask.js';
import { leftAfter, type Shown } from '../core/shown.js';
import { keptShare } from '../core/statistics.js';
import type { StatisticsStore } from './store.js';

const judgeAfterMs = 120_000;

/** The texts that can be taken right now, and the document they stand in. */
interface Offer {
  readonly fileKey: string;
  readonly languageId: string;
  readonly shown: readonly Shown[];
}

/** Follows what is shown to its end: taken, taken in part, typed, or gone. */
export class AcceptanceTracker implements vscode.Disposable {
  private offer: Offer | undefined;
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
    const missingOf = ({ text }: Suggestion): string =>
      text.startsWith(typed) ? text.slice(typed.length) : text;
    this.offer = {
      fileKey: document.uri.toString(),
      languageId: document.languageId,
      shown: suggestions.map((one) => ({ suggestion: one, missing: missingOf(one) })),
    };
    if (this.countedIds.has(suggestion.id)) return;
    this.countedIds.add(suggestion.id);
    this.store.count(document.languageId, { kind: 'shown' });
  }

  /** A document has changed. */
  public edited(event: vscode.TextDocumentChangeEvent): void {
    const { offer } = this;
    const [change] = event.contentChanges;
    if (offer === undefined || change === undefined) return;
    if (event.document.uri.toString() !== offer.fileKey) return;
    const { shown, tookPart } = leftAfter(offer.shown, change.text.replaceAll('\r\n', '\n'));
    if (tookPart !== undefined)
      this.store.count(offer.languageId, { kind: 'partly-accepted', characters: tookPart });
    this.offer = shown.length === 0 ? undefined : { ...offer, shown };
  }

  /** The editor ran the command of an accepted suggestion. */
  public accepted(id: string): void {
    const { offer } = this;
    const editor = vscode.window.activeTextEditor;
    const taken = offer?.shown.find(({ suggestion }) => suggestion.id === id);
    if (offer === undefined || taken === undefined || editor === undefined) return;
    this.offer = undefined;
    this.store.count(offer.languageId, { kind: 'accepted', characters: taken.missing.length });
    this.judgeLater(editor.document, taken.suggestion.text);
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
