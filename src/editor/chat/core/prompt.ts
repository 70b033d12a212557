import type { Attachment, ChatMessage, Conversation, UserMessage } from '../../../contract/index.js';

/** What the engine is sent for a conversation: the system prompt, then every turn, attachments before their question. */
export function promptOf(conversation: Conversation, systemPrompt: string): readonly ChatMessage[] {
  const system: readonly ChatMessage[] =
    systemPrompt.trim() === '' ? [] : [{ role: 'system', text: systemPrompt }];
  const turns = conversation.messages.flatMap((message): readonly ChatMessage[] => {
    if (message.role === 'user') return [{ role: 'user', text: questionText(message) }];
    return message.text === '' ? [] : [{ role: 'assistant', text: message.text }];
  });
  return [...system, ...turns];
}

/** A question with its attachments as the model reads them. */
export function questionText(question: Pick<UserMessage, 'text' | 'attachments'>): string {
  return [...question.attachments.map(attachmentText), question.text].join('\n\n');
}

function attachmentText(attachment: Attachment): string {
  const fence = fenceFor(attachment.text);
  const language = attachment.kind === 'problems' ? '' : attachment.languageId;
  const cut = attachment.omitted > 0 ? `\n… ${attachment.omitted} characters left out` : '';
  return `${heading(attachment)}\n${fence}${language}\n${attachment.text}${cut}\n${fence}`;
}

function heading({ kind, path, lines }: Attachment): string {
  const place = lines ? `${path}, lines ${lines.first}-${lines.last}` : path;
  return kind === 'problems' ? `Problems reported in ${place}:` : `${place}:`;
}

/** A fence longer than any in the text, so that a file with fences in it stays one block. */
function fenceFor(text: string): string {
  const longest = [...text.matchAll(/`{3,}/gu)].reduce((length, [run]) => Math.max(length, run.length), 2);
  return '`'.repeat(longest + 1);
}
