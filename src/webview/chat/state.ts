import type { ChatViewMessage, ChatViewState, ConversationView, MessageView } from '../../contract/index.js';

/**
 * The chat as the page shows it after one more message from the editor.
 *
 * @param state undefined before the first snapshot; until then only a snapshot has an effect.
 */
export function reduce(
  state: ChatViewState | undefined,
  message: ChatViewMessage,
): ChatViewState | undefined {
  if (message.type === 'snapshot') return message.state;
  return state && reduceKnown(state, message);
}

function reduceKnown(state: ChatViewState, message: ChatViewMessage): ChatViewState {
  switch (message.type) {
    case 'engine':
      return { ...state, engine: message.engine };
    case 'conversations':
      return message.query === '' ? { ...state, conversations: message.conversations } : state;
    case 'conversation':
      return { ...state, active: message.conversation };
    case 'message':
      return inActive(state, message.conversationId, (active) => withMessage(active, message.message));
    case 'append':
      return inActive(state, message.conversationId, (active) => withAppended(active, message));
    case 'attachments':
      return { ...state, attachments: message.attachments };
    case 'usage':
      return { ...state, usage: message.usage };
    case 'systemPrompt':
      return { ...state, systemPrompt: message.text };
    default:
      return state;
  }
}

function inActive(
  state: ChatViewState,
  conversationId: string,
  change: (active: ConversationView) => ConversationView,
): ChatViewState {
  return conversationId === state.active.id ? { ...state, active: change(state.active) } : state;
}

function withMessage(active: ConversationView, message: MessageView): ConversationView {
  const known = active.messages.some(({ id }) => id === message.id);
  const messages = known
    ? active.messages.map((old) => (old.id === message.id ? message : old))
    : [...active.messages, message];
  return { ...active, messages };
}

type Append = Extract<ChatViewMessage, { type: 'append' }>;

function withAppended(active: ConversationView, append: Append): ConversationView {
  const messages = active.messages.map((message) =>
    message.id === append.messageId && message.role === 'assistant'
      ? {
          ...message,
          text: message.text.slice(0, message.text.length - append.retract) + append.text,
          verifiedLength: append.verifiedLength,
        }
      : message,
  );
  return { ...active, messages };
}
