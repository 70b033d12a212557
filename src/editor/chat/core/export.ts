import type {
  AnswerReport,
  AssistantMessage,
  Conversation,
  ConversationMessage,
} from '../../../contract/index.js';
import { modeName } from '../../../contract/words/modes.js';
import { questionText } from './prompt.js';

/** Looks a text up in the user's language and puts the values where it has `{0}`, `{1}` …; as `vscode.l10n.t`. */
export type Wording = (text: string, ...values: (string | number)[]) => string;

/** A conversation as a markdown document: attachments in full, the numbers of an answer in one line below it. */
export function toMarkdown(conversation: Conversation, t: Wording): string {
  const date = new Date(conversation.created).toISOString().slice(0, 10);
  const messages = conversation.messages.map((message) => messageMarkdown(message, t));
  return `${[`# ${conversation.title}`, `_${date}_`, ...messages].join('\n\n')}\n`;
}

function messageMarkdown(message: ConversationMessage, t: Wording): string {
  if (message.role === 'user') return `## ${t('You')}\n\n${questionText(message)}`;
  const report = message.report ? numbers(message.report, t) : '';
  return ['## Sparse Pilot', message.text, ending(message, t), report]
    .filter((part) => part !== '')
    .join('\n\n');
}

function ending({ state }: AssistantMessage, t: Wording): string {
  if (state.kind === 'stopped') return `_${state.interrupted ? t('Interrupted.') : t('Stopped.')}_`;
  return state.kind === 'failed' ? `_${t('Ended early: {0}', state.failure.message)}_` : '';
}

function numbers(report: AnswerReport, t: Wording): string {
  const { accepted, drafted, rollbacks } = report;
  const parts = [
    report.model,
    modeName(report.mode, t),
    t('{0} tokens', report.tokens),
    t('{0} tokens/s', report.tokensPerSecond.toFixed(1)),
    t('density {0}', report.density.toFixed(2)),
    ...(drafted > 0
      ? [t('{0} of {1} drafted accepted', accepted, drafted), t('{0} rolled back', rollbacks)]
      : []),
  ];
  return `_${parts.join(' · ')}_`;
}

/** Names that Windows keeps for devices, whatever their ending. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu;

/** A file name that every system accepts, from a conversation's title. */
export function exportFileName(title: string): string {
  // Composed: of a letter and a mark that belong together, no half may be left out.
  const name = [...title.normalize('NFC').replace(/[^\p{Letter}\p{Mark}\p{Number}]+/gu, '-')]
    .slice(0, 60)
    .join('')
    .replace(/^-+|-+$/gu, '');
  return `${name === '' || deviceName.test(name) ? 'conversation' : name}.md`;
}
