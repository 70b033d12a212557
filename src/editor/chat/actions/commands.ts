import * as vscode from 'vscode';
import { chatCommands, chatView } from '../../../contract/contributions/index.js';
import { register } from '../../commands/register.js';
import type { Ctx } from '../../ctx.js';
import type { Accepted, Proposals } from '../apply/proposals.js';
import { gather } from '../context/attachments.js';
import type { ChatController } from '../controller.js';
import type { ChatView } from '../view.js';
import { questionOf, tasks, type Task } from './tasks.js';

export interface ChatParts {
  readonly chat: ChatController;
  readonly view: ChatView;
  readonly proposals: Proposals;
}

/** The chat's commands, as the palette, menus and code actions call them. */
export function registerChatCommands(ctx: Ctx, { chat, view, proposals }: ChatParts): void {
  register(ctx, chatCommands.open, reveal);
  register(ctx, chatCommands.new, async () => {
    await reveal();
    chat.startNew();
  });
  register(ctx, chatCommands.history, async () => {
    await reveal();
    view.post({ type: 'showList' });
  });
  register(ctx, chatCommands.addSelection, async () => {
    const gathered = gather('selection');
    if (gathered.kind === 'found') chat.attach(gathered.attachment);
    await reveal();
    view.post(gathered.kind === 'found' ? { type: 'focus' } : { type: 'notice', text: gathered.reason });
  });
  for (const task of tasks) register(ctx, task.command, (...args) => runTask(task, chat, args));
  register(ctx, chatCommands.acceptChange, async () => explain(await proposals.accept()));
  register(ctx, chatCommands.rejectChange, () => proposals.discard());
}

async function reveal(): Promise<void> {
  await vscode.commands.executeCommand(`${chatView.id}.focus`);
}

async function runTask(task: Task, chat: ChatController, args: readonly unknown[]): Promise<void> {
  const target = await targetOf(args);
  if (!target) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file and select some code first.'));
    return;
  }
  const question = questionOf(task, target.document, target.range);
  chat.startNew();
  chat.ask(question);
  await reveal();
}

interface Target {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

async function targetOf([uri, range]: readonly unknown[]): Promise<Target | undefined> {
  if (uri instanceof vscode.Uri && range instanceof vscode.Range) {
    const document = await vscode.workspace.openTextDocument(uri);
    return { document, range: document.validateRange(range) };
  }
  const editor = vscode.window.activeTextEditor;
  return editor && { document: editor.document, range: editor.selection };
}

function explain(accepted: Accepted): void {
  const { t } = vscode.l10n;
  const { showWarningMessage } = vscode.window;
  if (accepted === 'gone')
    void showWarningMessage(t('This change is no longer known. Apply the code again.'));
  if (accepted === 'changed-meanwhile')
    void showWarningMessage(t('The file has changed since. Apply the code again.'));
  if (accepted === 'refused')
    void showWarningMessage(t('The file could not be changed; it may be read-only.'));
}
