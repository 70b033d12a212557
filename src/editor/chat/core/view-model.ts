import type {
  Attachment,
  AttachmentChip,
  Conversation,
  ConversationMessage,
  ConversationView,
  MessageView,
} from '../../../contract/index.js';

/** A conversation as the page gets it: attachments without their text. */
export function conversationView({ id, title, messages }: Conversation): ConversationView {
  return { id, title, messages: messages.map(messageView) };
}

export function messageView(message: ConversationMessage): MessageView {
  return message.role === 'user' ? { ...message, attachments: message.attachments.map(chipOf) } : message;
}

export function chipOf({ id, kind, path, lines, omitted }: Attachment): AttachmentChip {
  return { id, kind, path, omitted, ...(lines && { lines }) };
}
