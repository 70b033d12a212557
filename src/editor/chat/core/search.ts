import type { Conversation } from '../../../contract/index.js';

/** True when every word of the query occurs in the title or in a message, in any case. An empty query fits all. */
export function fits(conversation: Conversation, query: string): boolean {
  const text = [conversation.title, ...conversation.messages.map((message) => message.text)]
    .join('\n')
    .toLocaleLowerCase();
  return words(query).every((word) => text.includes(word));
}

function words(query: string): readonly string[] {
  return query
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
}
