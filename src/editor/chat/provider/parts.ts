import * as vscode from 'vscode';

/** The text of a message's parts, in order. Images, tool calls and data have none and are left out. */
export function textOfParts(parts: readonly unknown[]): string {
  return parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}
