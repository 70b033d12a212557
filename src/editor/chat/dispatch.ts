import type {
  AttachSource,
  ChatAction,
  ChatViewMessage,
  FileChoice,
  NextStep,
} from '../../contract/index.js';
import type { CodeUses } from './apply/code-uses.js';
import type { ChatController } from './controller.js';

/** What the page's actions reach besides the conversations. */
export interface Surroundings {
  readonly code: CodeUses;
  attach(source: AttachSource): void;
  attachFile(id: string): Promise<void>;
  findFiles(query: string): Promise<readonly FileChoice[]>;
  exportConversation(id: string): Promise<void>;
  editSystemPrompt(): Promise<void>;
  step(step: Exclude<NextStep, 'retry' | 'new-conversation'>): Promise<void>;
  post(message: ChatViewMessage): void;
}

/** Carries out what a person did on the page. */
export async function dispatch(
  action: ChatAction,
  chat: ChatController,
  around: Surroundings,
): Promise<void> {
  const notice = async (word: Promise<string>) => around.post({ type: 'notice', text: await word });
  switch (action.type) {
    case 'ready':
      return chat.show();
    case 'send':
      return chat.send(action.text);
    case 'stop':
      return chat.stop();
    case 'regenerate':
      return chat.regenerate(action.messageId);
    case 'edit':
      return chat.edit(action.messageId, action.text);
    case 'draft':
      return chat.setDraft(action.text);
    case 'attach':
      return around.attach(action.source);
    case 'attachFile':
      return around.attachFile(action.id);
    case 'detach':
      return chat.detach(action.id);
    case 'findFiles':
      return around.post({ type: 'files', query: action.query, files: await around.findFiles(action.query) });
    case 'copy':
      return notice(around.code.copy(action.text));
    case 'insert':
      return notice(around.code.insert(action.text));
    case 'newFile':
      return notice(around.code.newFile(action.text, action.language));
    case 'apply':
      return notice(around.code.apply(action.text));
    case 'new':
      return chat.startNew();
    case 'open':
      return chat.open(action.id);
    case 'rename':
      return chat.rename(action.id, action.title);
    case 'delete':
      return chat.remove(action.id);
    case 'export':
      return around.exportConversation(action.id);
    case 'search':
      return chat.search(action.query);
    case 'editSystemPrompt':
      return around.editSystemPrompt();
    case 'step':
      if (action.step === 'retry') return chat.retry();
      if (action.step === 'new-conversation') return chat.startNew();
      return around.step(action.step);
  }
}
