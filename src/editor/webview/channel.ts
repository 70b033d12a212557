import type * as vscode from 'vscode';
import { check, type Schema } from '../../border/check.js';

/** The editor's end of the typed border. */
export interface EditorChannel<Outgoing> extends vscode.Disposable {
  /** Resolves false when the page is gone or not ready; nothing is queued, the page asks for a snapshot with `ready`. */
  post(message: Outgoing): Thenable<boolean>;
}

export interface EditorChannelShape<Incoming> {
  readonly incoming: Schema<Incoming>;
  readonly onMessage: (message: Incoming) => void;
  /** Called with the complaint when a message does not fit its schema; the message is dropped. */
  readonly onRefused: (reason: string) => void;
}

/** Listens to a webview with every message checked. Dispose with the view. */
export function openEditorChannel<Incoming, Outgoing>(
  webview: vscode.Webview,
  shape: EditorChannelShape<Incoming>,
): EditorChannel<Outgoing> {
  const listener = webview.onDidReceiveMessage((message: unknown) => {
    const checked = check(shape.incoming, message);
    if (checked.ok) shape.onMessage(checked.value);
    else shape.onRefused(checked.reason);
  });
  return {
    post: (message) => webview.postMessage(message),
    dispose() {
      listener.dispose();
    },
  };
}
