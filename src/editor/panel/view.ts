import * as vscode from 'vscode';
import { panelAction } from '../../border/panel-actions.js';
import type { PanelAction, PanelMessage } from '../../contract/index.js';
import type { Ctx } from '../ctx.js';
import { errorText } from '../engine/error-words.js';
import { openEditorChannel, type EditorChannel } from '../webview/channel.js';
import { webviewHtml, webviewOptions } from '../webview/html.js';
import { act } from './actions.js';
import type { Desk } from './desk.js';

/** Milliseconds in which changes of state are gathered into one message. */
const gatherMs = 30;

/** The trade-off panel's view. Nothing is sent to it while it is hidden; it is brought up to date when it shows again. */
export class PanelViewProvider implements vscode.WebviewViewProvider {
  constructor(
    private readonly ctx: Ctx,
    private readonly desk: Desk,
  ) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri } = this.ctx.extension;
    view.webview.options = webviewOptions(extensionUri);
    const channel = openEditorChannel<PanelAction, PanelMessage>(view.webview, {
      incoming: panelAction,
      onMessage: (action) => void this.#receive(channel, action),
      onRefused: (reason) => this.ctx.log.warn(`The panel sent something else than was agreed: ${reason}`),
    });
    const sender = new StateSender(view, channel, this.desk);
    view.onDidDispose(() => {
      sender.dispose();
      channel.dispose();
    });
    view.webview.html = webviewHtml(view.webview, extensionUri, {
      bundle: 'panel',
      title: vscode.l10n.t('Speed and Quality'),
    });
  }

  async #receive(channel: EditorChannel<PanelMessage>, action: PanelAction): Promise<void> {
    if (action.type === 'ready') {
      void channel.post({ type: 'state', state: this.desk.state() });
      void channel.post({ type: 'history', samples: this.desk.history.samples });
      return;
    }
    try {
      const notice = await act(this.ctx, this.desk, action);
      if (notice !== null) void channel.post({ type: 'notice', text: notice });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.ctx.log.error(`Panel, ${action.type}: ${message}`);
      void vscode.window.showErrorMessage(errorText(error));
    }
  }
}

/** Sends state and live samples to a view while it is shown. */
class StateSender implements vscode.Disposable {
  readonly #subscriptions: readonly vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly view: vscode.WebviewView,
    private readonly channel: EditorChannel<PanelMessage>,
    private readonly desk: Desk,
  ) {
    this.#subscriptions = [
      desk.onChange(() => this.#soon()),
      desk.onLive((sample) => {
        if (view.visible) void channel.post({ type: 'live', sample });
      }),
      view.onDidChangeVisibility(() => {
        if (!view.visible) return;
        void channel.post({ type: 'history', samples: desk.history.samples });
        this.#soon();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #soon(): void {
    if (!this.view.visible) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.view.visible) void this.channel.post({ type: 'state', state: this.desk.state() });
    }, gatherMs);
  }
}
