import * as v from 'valibot';
import type { ChatEngineView, ChatPageState, ChatViewMessage, ChatViewState } from '../contract/index.js';
import { assistantMessage, attachmentKind, conversationSummary, lines } from './chat-shared.js';
import { number, text, type Schema } from './check.js';
import { loadStep, nextStep } from './shared.js';

const chip = v.object({
  id: text,
  kind: attachmentKind,
  path: text,
  lines: v.exactOptional(lines),
  omitted: number,
});

const message = v.variant('role', [
  v.object({ role: v.literal('user'), id: text, text, attachments: v.array(chip) }),
  assistantMessage,
]);

const conversation = v.object({ id: text, title: text, messages: v.array(message) });
const usage = v.nullable(v.object({ tokens: number, contextSize: number, droppedTurns: number }));
const steps = v.array(nextStep);

const engine: Schema<ChatEngineView> = v.variant('kind', [
  v.object({ kind: v.literal('ready'), model: text }),
  v.object({ kind: v.literal('busy'), model: text }),
  v.object({ kind: v.literal('asleep') }),
  v.object({ kind: v.literal('starting') }),
  v.object({ kind: v.literal('loading'), model: text, step: loadStep, percent: number }),
  v.object({ kind: v.literal('no-model'), message: text, steps }),
  v.object({ kind: v.literal('no-chat'), model: text, steps }),
  v.object({ kind: v.literal('down'), message: text, steps }),
]);

const viewState: Schema<ChatViewState> = v.object({
  engine,
  conversations: v.array(conversationSummary),
  active: conversation,
  attachments: v.array(chip),
  usage,
  systemPrompt: text,
  draft: text,
});

/** What the chat page accepts from the editor. */
export const chatViewMessage: Schema<ChatViewMessage> = v.variant('type', [
  v.object({ type: v.literal('snapshot'), state: viewState }),
  v.object({ type: v.literal('engine'), engine }),
  v.object({ type: v.literal('conversations'), query: text, conversations: v.array(conversationSummary) }),
  v.object({ type: v.literal('conversation'), conversation }),
  v.object({ type: v.literal('message'), conversationId: text, message }),
  v.object({
    type: v.literal('append'),
    conversationId: text,
    messageId: text,
    retract: number,
    text,
    verifiedLength: number,
  }),
  v.object({ type: v.literal('attachments'), attachments: v.array(chip) }),
  v.object({ type: v.literal('usage'), usage }),
  v.object({ type: v.literal('systemPrompt'), text }),
  v.object({
    type: v.literal('files'),
    query: text,
    files: v.array(v.object({ id: text, name: text, folder: text })),
  }),
  v.object({ type: v.literal('focus') }),
  v.object({ type: v.literal('showList') }),
  v.object({ type: v.literal('notice'), text }),
]);

/** What the chat page keeps of itself. */
export const chatPageState: Schema<ChatPageState> = v.object({
  draft: text,
  listOpen: v.boolean(),
  editing: v.nullable(v.object({ messageId: text, text })),
  fromBottom: number,
});
