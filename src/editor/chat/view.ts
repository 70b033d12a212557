import * as vscode from 'vscode';
import { chatAction } from '../../border/chat-actions.js';
import type { ChatAction, ChatViewMessage } from '../../contract/index.js';
import { openEditorChannel, type EditorChannel } from '../webview/channel.js';
import { webviewHtml, webviewOptions } from '../webview/html.js';

/** The chat's webview view: the page while it is shown, and nothing else. */
export class ChatView implements vscode.WebviewViewProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #onAction: (action: ChatAction) => void;
  #channel: EditorChannel<ChatViewMessage> | undefined;

  constructor(
    extensionUri: vscode.Uri,
    log: vscode.LogOutputChannel,
    onAction: (action: ChatAction) => void,
  ) {
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#onAction = onAction;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    view.webview.options = webviewOptions(this.#extensionUri);
    this.#channel?.dispose();
    const channel = openEditorChannel<ChatAction, ChatViewMessage>(view.webview, {
      incoming: chatAction,
      onMessage: this.#onAction,
      onRefused: (reason) => this.#log.warn(`A message from the chat page was refused: ${reason}`),
    });
    this.#channel = channel;
    view.onDidDispose(() => {
      channel.dispose();
      if (this.#channel === channel) this.#channel = undefined;
    });
    view.webview.html = webviewHtml(view.webview, this.#extensionUri, {
      bundle: 'chat',
      title: vscode.l10n.t('Chat with the local model'),
    });
  }

  /** To the page, if it is there; a page that comes later asks for everything. */
  post(message: ChatViewMessage): void {
    void this.#channel?.post(message);
  }
}
