import * as vscode from 'vscode';
import type { CompletionPipeline } from '../core/pipeline.js';
import type { AskAt } from '../provider.js';
import { outcomeWords } from '../reasons.js';

/** Somebody asked for a suggestion where nothing can be written: says so, and keeps it for "Why no suggestion?". */
export async function refuseReadOnly(pipeline: CompletionPipeline, askAt: AskAt): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const ask = askAt(editor.document, editor.selection.active, { trigger: 'invoked', refusal: 'read-only' });
  const { outcome } = await pipeline.provide(ask, new AbortController().signal);
  void vscode.window.showInformationMessage(outcomeWords(outcome));
}
