import type { ChatMessage } from '../../contract/index.js';

/**
 * The messages that fit into a context, for a conversation too long for it: system messages and the last message always stay, the
 * oldest turns go first. When something has to go, a quarter of the room is freed at once, so that the kept beginning (and its KV
 * cache) stays the same for several turns.
 * @param count tokens of a list of messages under the model's template
 * @param room tokens the prompt may have
 * @returns null when even system messages and the last message do not fit
 */
export function fitHistory(
  messages: readonly ChatMessage[],
  count: (messages: readonly ChatMessage[]) => number,
  room: number,
): readonly ChatMessage[] | null {
  if (count(messages) <= room) return messages;
  const turns = messages.filter((message) => message.role !== 'system');
  const target = Math.floor(room * 0.75);
  for (let dropped = 1; dropped < turns.length; dropped++) {
    const kept = turns.slice(dropped);
    if (kept[0]?.role !== 'user') continue;
    const candidate = messages.filter((message) => message.role === 'system' || kept.includes(message));
    const limit = kept.length === 1 ? room : target;
    if (count(candidate) <= limit) return candidate;
  }
  const last = messages.filter((message) => message.role === 'system' || message === turns.at(-1));
  return count(last) <= room ? last : null;
}
