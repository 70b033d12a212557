import type * as vscode from 'vscode';
import { bootstrap } from './bootstrap.js';

/** Called by VS Code once, after start-up; puts everything in place and loads nothing. */
export function activate(extension: vscode.ExtensionContext): void {
  bootstrap(extension);
}

/** Everything registered is disposed of by VS Code. */
export function deactivate(): void {}
