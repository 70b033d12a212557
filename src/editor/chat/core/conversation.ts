import type {
  AnswerReport,
  AnswerState,
  AssistantMessage,
  Attachment,
  Conversation,
  ConversationMessage,
  ConversationSummary,
  GenerateDelta,
} from '../../../contract/index.js';

/** Longest title made from a first message, in characters. */
const titleLength = 60;

/** Conversations are values: every change makes a new one. Nothing here knows of time, ids or the editor. */
export function newConversation(id: string, title: string, now: number): Conversation {
  return { id, title, renamed: false, created: now, updated: now, messages: [] };
}

/** What a person sends. */
export interface Question {
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** With the question and an empty answer under way at its end. */
export function ask(
  conversation: Conversation,
  question: Question,
  answerId: string,
  now: number,
): Conversation {
  const first = !conversation.renamed && !conversation.messages.some(({ role }) => role === 'user');
  return {
    ...conversation,
    title: first ? titleOf(question.text) : conversation.title,
    updated: now,
    messages: [...conversation.messages, { role: 'user', ...question }, emptyAnswer(answerId)],
  };
}

/** With a new empty answer in the place of the one named and of everything after it. */
export function askAgain(
  conversation: Conversation,
  oldAnswerId: string,
  answerId: string,
  now: number,
): Conversation | undefined {
  const kept = before(conversation, oldAnswerId);
  if (kept?.at(-1)?.role !== 'user') return undefined;
  return { ...conversation, updated: now, messages: [...kept, emptyAnswer(answerId)] };
}

/** Without the question named and everything after it; and that question. */
export function takeBack(
  conversation: Conversation,
  questionId: string,
): { readonly conversation: Conversation; readonly attachments: readonly Attachment[] } | undefined {
  const kept = before(conversation, questionId);
  const question = conversation.messages.find(({ id }) => id === questionId);
  if (!kept || question?.role !== 'user') return undefined;
  return { conversation: { ...conversation, messages: kept }, attachments: question.attachments };
}

/** A verified piece vouches for everything before it; an unverified one may have taken verified text back. */
export function grow(conversation: Conversation, answerId: string, delta: GenerateDelta): Conversation {
  return changeAnswer(conversation, answerId, (answer) => {
    const kept = answer.text.slice(0, Math.max(0, answer.text.length - (delta.retract ?? 0)));
    const text = kept + delta.text;
    const verifiedLength = delta.verified ? text.length : Math.min(answer.verifiedLength, kept.length);
    return { ...answer, text, verifiedLength };
  });
}

/** The engine's final text stands for all that was streamed; where they differ, what was verified is verified still. */
export function settle(conversation: Conversation, answerId: string, text: string): Conversation {
  return changeAnswer(conversation, answerId, (answer) => {
    if (answer.text === text) return answer;
    const allVerified = answer.verifiedLength === answer.text.length;
    return {
      ...answer,
      text,
      verifiedLength: allVerified ? text.length : Math.min(answer.verifiedLength, text.length),
    };
  });
}

/** How an answer came to its end. */
export interface Ending {
  readonly state: Exclude<AnswerState, { kind: 'streaming' }>;
  readonly report?: AnswerReport;
}

export function end(conversation: Conversation, answerId: string, ending: Ending, now: number): Conversation {
  return { ...changeAnswer(conversation, answerId, (answer) => ({ ...answer, ...ending })), updated: now };
}

export function rename(conversation: Conversation, title: string): Conversation {
  const name = oneLine(title);
  return name === '' ? conversation : { ...conversation, title: name, renamed: true };
}

/** Ended by nobody's wish. */
export const interrupted = { kind: 'stopped', interrupted: true } as const;

/** As it comes from its file: an answer that was under way when the editor closed was interrupted. */
export function revive(conversation: Conversation): Conversation {
  const messages = conversation.messages.map((message) =>
    message.role === 'assistant' && message.state.kind === 'streaming'
      ? { ...message, state: interrupted }
      : message,
  );
  return { ...conversation, messages };
}

export function answerOf(conversation: Conversation, answerId: string): AssistantMessage | undefined {
  const found = conversation.messages.find(({ id }) => id === answerId);
  return found?.role === 'assistant' ? found : undefined;
}

export function summarise({ id, title, updated, messages }: Conversation): ConversationSummary {
  return { id, title, updated, messageCount: messages.length };
}

function emptyAnswer(id: string): AssistantMessage {
  return { role: 'assistant', id, text: '', verifiedLength: 0, state: { kind: 'streaming' } };
}

function changeAnswer(
  conversation: Conversation,
  answerId: string,
  change: (answer: AssistantMessage) => AssistantMessage,
): Conversation {
  const messages = conversation.messages.map((message) =>
    message.id === answerId && message.role === 'assistant' ? change(message) : message,
  );
  return { ...conversation, messages };
}

function before(conversation: Conversation, id: string): readonly ConversationMessage[] | undefined {
  const index = conversation.messages.findIndex((message) => message.id === id);
  return index < 0 ? undefined : conversation.messages.slice(0, index);
}

function titleOf(text: string): string {
  const line = oneLine(text);
  return line.length > titleLength ? `${line.slice(0, titleLength - 1).trimEnd()}…` : line;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
