import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { chatView } from '../../contract/contributions/index.js';
import { settings } from '../../contract/index.js';
import type { Ctx } from '../ctx.js';
import { chatCodeActionKinds, chatCodeActions } from './actions/code-actions.js';
import { registerChatCommands } from './actions/commands.js';
import { codeUses } from './apply/code-uses.js';
import { Proposals } from './apply/proposals.js';
import type { Excluding } from './context/file-search.js';
import { ChatController } from './controller.js';
import { dispatch } from './dispatch.js';
import { chatEngine } from './engine-port.js';
import type { ChatWorld } from './ports.js';
import { Answers } from './provider/answers.js';
import { registerLanguageModel } from './provider/language-model.js';
import { registerParticipant } from './provider/participant.js';
import { ConversationStore } from './store/conversation-store.js';
import { workspaceFiles } from './store/workspace-files.js';
import { surroundings } from './surroundings.js';
import { ChatView } from './view.js';

/** Puts the chat into the editor: the view, its commands and code actions, `@sparse`, and the model in VS Code's list. */
export function registerChat(ctx: Ctx, exclusion: Excluding): Answers {
  const { extension, log } = ctx;
  const folder = vscode.Uri.joinPath(extension.storageUri ?? extension.globalStorageUri, 'conversations');
  const store = new ConversationStore(workspaceFiles(folder), (complaint) =>
    log.warn(`Conversations: ${complaint}`),
  );
  const proposals = new Proposals();
  const view = new ChatView(extension.extensionUri, log, (action) => {
    dispatch(action, chat, around).catch((error: unknown) => {
      log.error(
        `Chat ${action.type}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      view.post({ type: 'notice', text: error instanceof Error ? error.message : String(error) });
    });
  });
  const chat = new ChatController(chatEngine(ctx), world(ctx, view), store);
  const around = surroundings(chat, view, codeUses(proposals), exclusion);
  extension.subscriptions.push(
    proposals,
    vscode.window.registerWebviewViewProvider(chatView.id, view),
    vscode.languages.registerCodeActionsProvider({ pattern: '**' }, chatCodeActions, {
      providedCodeActionKinds: chatCodeActionKinds,
    }),
    ctx.engine.onState(() => chat.engineChanged()),
    ctx.engine.onChosen(() => chat.modelChosen()),
    ctx.settings.onChange([settings.chat.systemPrompt], () => chat.systemPromptChanged()),
  );
  registerChatCommands(ctx, { chat, view, proposals });
  const answers = new Answers(ctx.engine.client);
  registerParticipant({ ctx, answers, exclusion });
  registerLanguageModel(ctx, answers);
  return answers;
}

function world(ctx: Ctx, view: ChatView): ChatWorld {
  return {
    systemPrompt: () => ctx.settings.get(settings.chat.systemPrompt),
    newId: () => randomUUID(),
    now: () => Date.now(),
    untitled: () => vscode.l10n.t('New conversation'),
    post: (message) => view.post(message),
    later(milliseconds, run) {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
