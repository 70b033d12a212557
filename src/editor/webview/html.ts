import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export interface WebviewPage {
  /** Name of the bundle under dist/webview: `chat` loads chat.js and chat.css. */
  readonly bundle: string;
  /** Title for assistive technology. */
  readonly title: string;
}

/** Options every webview of ours runs under: scripts on, no command links, files of dist/webview only. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, enableCommandUris: false, localResourceRoots: [bundleFolder(extensionUri)] };
}

/**
 * The page of a webview: nothing but our own bundle may load. No remote origin, no inline script or style, no eval,
 * no frames, no forms, no connections; the script runs by nonce.
 */
export function webviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: WebviewPage): string {
  const nonce = randomBytes(16).toString('base64url');
  const uri = (file: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(bundleFolder(extensionUri), file)).toString();
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(webview.cspSource, nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uri('codicon.css')}" id="vscode-codicon-stylesheet" nonce="${nonce}">
<link rel="stylesheet" href="${uri(`${page.bundle}.css`)}">
<title>${escapeAttribute(page.title)}</title>
</head>
<body>
<div id="root" data-l10n="${escapeAttribute(JSON.stringify(vscode.l10n.bundle ?? {}))}"></div>
<script type="module" nonce="${nonce}" src="${uri(`${page.bundle}.js`)}"></script>
</body>
</html>`;
}

/** Exported for its test: the whole policy, in one line. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-src 'none'`,
    `connect-src 'none'`,
  ].join('; ');
}

function bundleFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
