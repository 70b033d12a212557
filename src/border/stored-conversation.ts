import * as v from 'valibot';
import type { Conversation } from '../contract/index.js';
import { assistantMessage, attachmentKind, conversationId, lines } from './chat-shared.js';
import { number, text, type Schema } from './check.js';

const attachment = v.object({
  id: text,
  kind: attachmentKind,
  path: text,
  languageId: text,
  lines: v.exactOptional(lines),
  text,
  omitted: number,
});

/** A conversation as its file holds it; files may be damaged or of another version. */
export const storedConversation: Schema<Conversation> = v.object({
  id: conversationId,
  title: text,
  renamed: v.boolean(),
  created: number,
  updated: number,
  messages: v.array(
    v.variant('role', [
      v.object({ role: v.literal('user'), id: text, text, attachments: v.array(attachment) }),
      assistantMessage,
    ]),
  ),
});
