import type { ChatViewMessage, ChatViewState } from '../../contract/index.js';
import { t } from '../shared/l10n.js';
import { stoppedText } from './format.js';

/** The start of a long answer is spoken, not all of it: it can be read in the history. Characters. */
const longestSpoken = 600;

/**
 * What a screen reader should hear of a message: that an answer began and how it ended, with its text; not every token.
 * That the engine is down is an alert on the page itself.
 *
 * @param state the chat before the message
 */
export function announcement(state: ChatViewState | undefined, message: ChatViewMessage): string | undefined {
  if (message.type === 'notice') return message.text;
  if (message.type === 'engine' && message.engine.kind !== state?.engine.kind) {
    return message.engine.kind === 'loading' ? t('Loading the model') : undefined;
  }
  if (message.type === 'conversation') {
    const last = message.conversation.messages.at(-1);
    const answering = last?.role === 'assistant' && last.state.kind === 'streaming';
    const known = state?.active.messages.some(({ id }) => id === last?.id);
    return answering && !known ? t('The model is answering.') : undefined;
  }
  if (message.type !== 'message' || message.message.role !== 'assistant') return undefined;
  switch (message.message.state.kind) {
    case 'streaming':
      return undefined;
    case 'complete':
      return t('Answer: {0}', message.message.text.slice(0, longestSpoken));
    case 'stopped':
      return stoppedText(message.message.state.interrupted);
    case 'failed':
      return message.message.state.failure.message;
  }
}
