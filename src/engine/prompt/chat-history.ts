import type { ChatMessage } from '../../contract/index.js';

/** A conversation as far as it fits. */
export interface FittedHistory {
  readonly messages: readonly ChatMessage[];
  /** Tokens of the messages under the model's template. */
  readonly tokens: number;
  /** Oldest turns left out: questions with their answers. */
  readonly droppedTurns: number;
}

type Count = (messages: readonly ChatMessage[]) => number;

/**
 * The messages that fit into a context: system messages and the last turn always stay, the oldest turns go first. What goes is
 * rounded up to a multiple of a quarter of the room, so the kept beginning, and with it the KV cache, changes at most once
 * while a conversation grows by a quarter of the room.
 * @param count tokens of a list of messages under the model's template
 * @param room tokens the prompt may have
 * @returns null when even system messages and the last turn do not fit
 */
export function fitHistory(
  messages: readonly ChatMessage[],
  count: Count,
  room: number,
): FittedHistory | null {
  const tokens = count(messages);
  if (tokens <= room) return { messages, tokens, droppedTurns: 0 };
  const system = messages.filter(({ role }) => role === 'system');
  const turns = turnsOf(messages);
  const sizes = sizesOf(turns, count);
  const step = Math.max(1, Math.floor(room / 4));
  const excess = Math.ceil((tokens - room) / step) * step;
  let droppedTurns = 0;
  for (let wanted = excess; droppedTurns < turns.length - 1; wanted += step) {
    droppedTurns = Math.min(turnsHolding(sizes, wanted), turns.length - 1);
    const kept = [...system, ...turns.slice(droppedTurns).flat()];
    const left = count(kept);
    if (left <= room) return { messages: kept, tokens: left, droppedTurns };
  }
  return null;
}

/** Every turn begins with a message of the user; what stands before the first one counts to it. */
function turnsOf(messages: readonly ChatMessage[]): readonly (readonly ChatMessage[])[] {
  const turns: ChatMessage[][] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const open = turns.at(-1);
    if (open === undefined || (message.role === 'user' && open.some(({ role }) => role === 'user')))
      turns.push([message]);
    else open.push(message);
  }
  return turns;
}

/** Tokens of every turn, each counted by itself, less what the template writes once around any conversation. */
function sizesOf(turns: readonly (readonly ChatMessage[])[], count: Count): readonly number[] {
  const [first = []] = turns;
  const once = 2 * count(first) - count([...first, ...first]);
  return turns.map((turn) => count(turn) - once);
}

/** The fewest turns from the oldest on that hold so many tokens. */
function turnsHolding(sizes: readonly number[], tokens: number): number {
  let held = 0;
  for (const [index, size] of sizes.entries()) {
    held += size;
    if (held >= tokens) return index + 1;
  }
  return sizes.length;
}
