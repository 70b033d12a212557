import * as vscode from 'vscode';
import { commandId, engineCommands, type Command } from '../../contract/contributions/index.js';
import { settings } from '../../contract/index.js';
import { prefix } from '../../contract/settings/index.js';
import type { CodeUses } from './apply/code-uses.js';
import { gather } from './context/attachments.js';
import { findFiles, readFile, type Excluding } from './context/file-search.js';
import type { ChatController } from './controller.js';
import { exportFileName, toMarkdown } from './core/export.js';
import type { Surroundings } from './dispatch.js';
import type { ChatView } from './view.js';

type OuterStep = Parameters<Surroundings['step']>[0];

const stepCommands: Readonly<Record<OuterStep, Command>> = {
  'restart-engine': engineCommands.restartEngine,
  'choose-model': engineCommands.chooseModel,
  'download-model': engineCommands.downloadModel,
  'open-settings': engineCommands.openSettings,
  'show-log': engineCommands.showLog,
};

/** The editor around the chat: files, settings, commands. */
export function surroundings(
  chat: ChatController,
  view: ChatView,
  code: CodeUses,
  exclusion: Excluding,
): Surroundings {
  const notice = (text: string) => view.post({ type: 'notice', text });
  return {
    code,
    findFiles: (query) => findFiles(query, exclusion),
    post: (message) => view.post(message),
    attach(source) {
      const gathered = gather(source);
      if (gathered.kind === 'found') chat.attach(gathered.attachment);
      else notice(gathered.reason);
    },
    async attachFile(id) {
      const attachment = await readFile(id, exclusion);
      if (attachment) chat.attach(attachment);
      else notice(vscode.l10n.t('This file cannot be added.'));
    },
    async exportConversation(id) {
      const conversation = await chat.find(id);
      if (conversation) await saveAs(exportFileName(conversation.title), toMarkdown(conversation));
    },
    async editSystemPrompt() {
      const setting = `${prefix}.${settings.chat.systemPrompt.id}`;
      await vscode.commands.executeCommand('workbench.action.openSettings', setting);
    },
    async step(step) {
      await vscode.commands.executeCommand(commandId(stepCommands[step]));
    },
  };
}

async function saveAs(name: string, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: { Markdown: ['md'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(target);
}
