import type { Conversation } from '../../../contract/index.js';

/** All that a conversation can be found by: its title and its messages, in lower case. */
export function searchable({ title, messages }: Conversation): string {
  return [title, ...messages.map(({ text }) => text)].join('\n').toLocaleLowerCase();
}

/** True when every word of the query occurs in a {@link searchable} text, in any case. An empty query fits all. */
export function fits(text: string, query: string): boolean {
  return words(query).every((word) => text.includes(word));
}

function words(query: string): readonly string[] {
  return query
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
}
