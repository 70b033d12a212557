import * as vscode from 'vscode';
import { proxyVariables } from './proxy-variables.js';

/** The proxy of VS Code's own settings, as the engine's downloads look for it. */
export function proxyEnvironment(): Readonly<Record<string, string>> {
  const http = vscode.workspace.getConfiguration('http');
  return proxyVariables(http.get<unknown>('proxy'), http.get<unknown>('noProxy'));
}

export const onProxyChange = (listener: () => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('http.proxy') || event.affectsConfiguration('http.noProxy')) listener();
  });
