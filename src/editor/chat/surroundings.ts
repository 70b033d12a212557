import * as vscode from 'vscode';
import { settings } from '../../contract/index.js';
import { prefix } from '../../contract/settings/index.js';
import { takeStep } from '../commands/steps.js';
import { saveText } from '../save-text.js';
import type { CodeUses } from './apply/code-uses.js';
import { gather } from './context/attachments.js';
import { FileSearch, readFile, type Excluding } from './context/file-search.js';
import type { ChatController } from './controller.js';
import { exportFileName, toMarkdown } from './core/export.js';
import type { Surroundings } from './dispatch.js';
import type { ChatView } from './view.js';

/** The editor around the chat: files, settings, commands. */
export function surroundings(
  chat: ChatController,
  view: ChatView,
  code: CodeUses,
  exclusion: Excluding,
): Surroundings {
  const notice = (text: string) => view.post({ type: 'notice', text });
  const files = new FileSearch(exclusion);
  return {
    code,
    findFiles: (query) => files.find(query),
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
      if (!conversation) return;
      const name = exportFileName(conversation.title);
      const target = await saveText(name, { Markdown: ['md'] }, toMarkdown(conversation, vscode.l10n.t));
      if (target) await vscode.window.showTextDocument(target);
    },
    async editSystemPrompt() {
      const setting = `${prefix}.${settings.chat.systemPrompt.id}`;
      await vscode.commands.executeCommand('workbench.action.openSettings', setting);
    },
    step: takeStep,
  };
}
