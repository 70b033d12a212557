import * as vscode from 'vscode';
import { commandId, completionCommands } from '../../contract/contributions/index.js';
import type { CompletionOutcome } from '../../contract/outcomes.js';
import type { Ctx } from '../ctx.js';
import type { Ask, SelectedItem, Suggestion } from './core/ask.js';
import { EarlyQuestion } from './core/early-question.js';
import type { CompletionPipeline } from './core/pipeline.js';
import { cursorOf, fileFacts, isWritable, programOf } from './document.js';
import { completionOptions } from './options.js';
import type { ContextGatherer } from './context/gatherer.js';

function selectedItem(
  document: vscode.TextDocument,
  position: vscode.Position,
  { selectedCompletionInfo }: vscode.InlineCompletionContext,
): SelectedItem | undefined {
  if (selectedCompletionInfo === undefined) return undefined;
  const { range, text } = selectedCompletionInfo;
  const typed = document.getText(new vscode.Range(range.start, position));
  if (!range.end.isEqual(position) || !text.startsWith(typed)) return undefined;
  return { text, before: typed.length };
}

function abortOn(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function toItem(suggestion: Suggestion, position: vscode.Position): vscode.InlineCompletionItem {
  const range = new vscode.Range(
    position.translate(0, -suggestion.before),
    position.translate(0, suggestion.after),
  );
  const item = new vscode.InlineCompletionItem(suggestion.text, range);
  item.command = {
    title: completionCommands.accepted.title,
    command: commandId(completionCommands.accepted),
    arguments: [suggestion.id],
  };
  return item;
}

/** Where and how a question was put, to put it again while everything is as it was. */
interface AskedAt {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly position: vscode.Position;
  readonly trigger: Ask['trigger'];
}

function standsAt({ document, version, position }: AskedAt): boolean {
  const editor = vscode.window.activeTextEditor;
  return (
    editor?.document === document &&
    document.version === version &&
    editor.selection.isEmpty &&
    editor.selection.active.isEqual(position)
  );
}

/** Tells what is shown, for the statistics. */
export type OnShown = (
  document: vscode.TextDocument,
  position: vscode.Position,
  suggestions: readonly Suggestion[],
) => void;

/** Builds the pipeline's question for a place in a document. */
export type AskAt = (
  document: vscode.TextDocument,
  position: vscode.Position,
  details?: Pick<Ask, 'selected' | 'refusal'> & { readonly trigger: Ask['trigger'] },
) => Ask;

/** Asks that take their settings and their context from where they are made. */
export function asking(ctx: Ctx, context: ContextGatherer): AskAt {
  return (document, position, details = { trigger: 'automatic' }) => {
    const here = ctx.settings.at(document);
    const { lines, before } = programOf(document);
    const { line, character } = cursorOf(position);
    return {
      ...details,
      file: fileFacts(document),
      lines,
      cursor: { line: before + line, character },
      linesBefore: before,
      options: completionOptions(here, ctx.engine.model),
      gather: (signal) => context.gather(document, position, here, signal),
    };
  };
}

/** The editor's question put to the pipeline, and its answer in the editor's words. */
export class InlineProvider implements vscode.InlineCompletionItemProvider {
  private askingAgain = false;
  private readonly early: EarlyQuestion<AskedAt>;

  public constructor(
    private readonly pipeline: CompletionPipeline,
    private readonly askAt: AskAt,
    private readonly refusal: (
      document: vscode.TextDocument,
      trigger: Ask['trigger'],
    ) => Promise<CompletionOutcome | undefined>,
    private readonly onShown: OnShown,
    hasModel: () => boolean,
  ) {
    this.early = new EarlyQuestion(hasModel, (place) => this.askAgain(place));
  }

  /** A model may have come into memory: a question that came too early is put again where the user still waits for it. */
  public loaded(): void {
    this.early.loaded();
  }

  public async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    if (!isWritable(document)) return [];
    const selected = selectedItem(document, position, context);
    if (context.selectedCompletionInfo !== undefined && selected === undefined) return [];
    const onPurpose = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke && !this.askingAgain;
    const trigger = onPurpose ? 'invoked' : 'automatic';
    const refusal = await this.refusal(document, trigger);
    const ask = this.askAt(document, position, {
      trigger,
      ...(selected !== undefined && { selected }),
      ...(refusal !== undefined && { refusal }),
    });
    const ended = this.early.asked({ document, version: document.version, position, trigger });
    const { suggestions, outcome } = await this.pipeline.provide(ask, abortOn(token));
    ended(token.isCancellationRequested ? 'superseded' : outcome);
    if (token.isCancellationRequested) return [];
    if (suggestions.length > 0) this.onShown(document, position, suggestions);
    return suggestions.map((suggestion) => toItem(suggestion, position));
  }

  /** VS Code has a command for asking on purpose only. */
  private askAgain(place: AskedAt): void {
    if (!standsAt(place)) return;
    this.askingAgain = place.trigger === 'automatic';
    void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger').then(() => {
      this.askingAgain = false;
    });
  }
}
