import type {
  AnswerReport,
  AssistantMessage,
  Conversation,
  ConversationMessage,
} from '../../../contract/index.js';
import { questionText } from './prompt.js';

/** A conversation as a markdown document: attachments in full, the numbers of an answer in one line below it. */
export function toMarkdown(conversation: Conversation): string {
  const date = new Date(conversation.created).toISOString().slice(0, 10);
  const parts = [`# ${conversation.title}`, `_${date}_`, ...conversation.messages.map(messageMarkdown)];
  return `${parts.join('\n\n')}\n`;
}

function messageMarkdown(message: ConversationMessage): string {
  if (message.role === 'user') return `## You\n\n${questionText(message)}`;
  return ['## Sparse Pilot', message.text, ending(message), message.report ? numbers(message.report) : '']
    .filter((part) => part !== '')
    .join('\n\n');
}

function ending({ state }: AssistantMessage): string {
  if (state.kind === 'stopped') return state.interrupted ? '_Interrupted._' : '_Stopped._';
  return state.kind === 'failed' ? `_Ended early: ${state.failure.message}_` : '';
}

function numbers(report: AnswerReport): string {
  const parts = [
    report.model,
    report.mode,
    `${report.tokens} tokens`,
    `${report.tokensPerSecond.toFixed(1)} tokens/s`,
    `density ${report.density.toFixed(2)}`,
    ...(report.drafted > 0
      ? [`${report.accepted} of ${report.drafted} drafted accepted`, `${report.rollbacks} rolled back`]
      : []),
  ];
  return `_${parts.join(' · ')}_`;
}

/** A file name that every system accepts, from a conversation's title. */
export function exportFileName(title: string): string {
  const name = title
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
  return `${name === '' ? 'conversation' : name}.md`;
}
