import type { ChatUsage } from './chat.js';
import type {
  AssistantMessage,
  Attachment,
  ConversationSummary,
  NextStep,
  UserMessage,
} from './conversation.js';
import type { LoadStep } from './engine-info.js';

/** An attachment as its chip shows it: without the text. */
export type AttachmentChip = Pick<Attachment, 'id' | 'kind' | 'path' | 'lines' | 'omitted'>;

export interface UserMessageView extends Omit<UserMessage, 'attachments'> {
  readonly attachments: readonly AttachmentChip[];
}

export type MessageView = UserMessageView | AssistantMessage;

export interface ConversationView {
  readonly id: string;
  readonly title: string;
  readonly messages: readonly MessageView[];
}

/** The engine as the chat shows it. `asleep`: nothing is loaded yet, the next message loads it. */
export type ChatEngineView =
  | { readonly kind: 'ready'; readonly model: string }
  | { readonly kind: 'busy'; readonly model: string }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'loading'; readonly model: string; readonly step: LoadStep; readonly percent: number }
  | { readonly kind: 'no-model'; readonly message: string; readonly steps: readonly NextStep[] }
  | { readonly kind: 'no-chat'; readonly model: string; readonly steps: readonly NextStep[] }
  | { readonly kind: 'down'; readonly message: string; readonly steps: readonly NextStep[] };

export interface ChatViewState {
  readonly engine: ChatEngineView;
  readonly conversations: readonly ConversationSummary[];
  readonly active: ConversationView;
  readonly attachments: readonly AttachmentChip[];
  /** Null until the engine has counted. */
  readonly usage: ChatUsage | null;
  /** First characters of the system prompt in force; empty when there is none. */
  readonly systemPrompt: string;
  /** What was being written when the window closed; the page's own draft, if it has one, is newer. */
  readonly draft: string;
}

/** A file offered by the # picker; `id` is given back to attach it. */
export interface FileChoice {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}

/** Editor -> chat view. */
export type ChatViewMessage =
  | { readonly type: 'snapshot'; readonly state: ChatViewState }
  | { readonly type: 'engine'; readonly engine: ChatEngineView }
  /** Answer to `search` (with its query), and news of the list (query empty). */
  | {
      readonly type: 'conversations';
      readonly query: string;
      readonly conversations: readonly ConversationSummary[];
    }
  | { readonly type: 'conversation'; readonly conversation: ConversationView }
  /** Adds the message, or replaces the one with its id. */
  | { readonly type: 'message'; readonly conversationId: string; readonly message: MessageView }
  /** A piece of the streaming answer: `retract` characters go from its end, then `text` is appended. */
  | {
      readonly type: 'append';
      readonly conversationId: string;
      readonly messageId: string;
      readonly retract: number;
      readonly text: string;
      readonly verifiedLength: number;
    }
  | { readonly type: 'attachments'; readonly attachments: readonly AttachmentChip[] }
  | { readonly type: 'usage'; readonly usage: ChatUsage | null }
  | { readonly type: 'systemPrompt'; readonly text: string }
  | { readonly type: 'files'; readonly query: string; readonly files: readonly FileChoice[] }
  | { readonly type: 'focus' }
  | { readonly type: 'showList' }
  /** A short word on something that just happened ("Copied", "No editor is open"). */
  | { readonly type: 'notice'; readonly text: string };

export const attachSources = ['selection', 'current-file', 'problems'] as const;
export type AttachSource = (typeof attachSources)[number];

/** Chat view -> editor. Ids that no longer exist are ignored. */
export type ChatAction =
  | { readonly type: 'ready' }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'regenerate'; readonly messageId: string }
  /** Drops the message and all after it, and sends the new text in its place. */
  | { readonly type: 'edit'; readonly messageId: string; readonly text: string }
  | { readonly type: 'draft'; readonly text: string }
  | { readonly type: 'attach'; readonly source: AttachSource }
  | { readonly type: 'attachFile'; readonly id: string }
  | { readonly type: 'detach'; readonly id: string }
  | { readonly type: 'findFiles'; readonly query: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'newFile'; readonly text: string; readonly language: string }
  | { readonly type: 'apply'; readonly text: string; readonly language: string }
  | { readonly type: 'new' }
  | { readonly type: 'open'; readonly id: string }
  | { readonly type: 'rename'; readonly id: string; readonly title: string }
  | { readonly type: 'delete'; readonly id: string }
  | { readonly type: 'export'; readonly id: string }
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'editSystemPrompt' }
  | { readonly type: 'step'; readonly step: NextStep };

/** What the chat page keeps of itself while hidden. */
export interface ChatPageState {
  readonly draft: string;
  readonly listOpen: boolean;
  /** The question being edited. */
  readonly editing: { readonly messageId: string; readonly text: string } | null;
  /** Distance from the bottom, CSS pixels; 0 follows the stream. */
  readonly fromBottom: number;
}
