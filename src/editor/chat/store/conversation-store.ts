import { check } from '../../../border/check.js';
import { storedConversation } from '../../../border/stored-conversation.js';
import type { Conversation, ConversationSummary } from '../../../contract/index.js';
import { revive, summarise } from '../core/conversation.js';
import { fits, searchable } from '../core/search.js';
import type { ConversationFiles } from './files.js';

/** What the list shows of a conversation and what it is searched by. */
interface Entry {
  readonly summary: ConversationSummary;
  readonly text: string;
}

/**
 * Conversations on disk, one JSON file each. A damaged file is passed over, never deleted. A file is read once for the list:
 * only this store writes them.
 */
export class ConversationStore {
  readonly #files: ConversationFiles;
  readonly #complain: (complaint: string) => void;
  /** Writes of one conversation follow each other, so that the last one stands. */
  readonly #writes = new Map<string, Promise<void>>();
  /** By id; undefined for a damaged file. */
  readonly #entries = new Map<string, Entry | undefined>();

  /** @param complain is told of files that cannot be read or written. */
  constructor(files: ConversationFiles, complain: (complaint: string) => void) {
    this.#files = files;
    this.#complain = complain;
  }

  /** All that fit the query, newest first; an empty query fits all. */
  async find(query: string): Promise<readonly ConversationSummary[]> {
    const found: ConversationSummary[] = [];
    for (const id of await this.#ids()) {
      const entry = await this.#entry(id);
      if (entry !== undefined && fits(entry.text, query)) found.push(entry.summary);
    }
    return found.sort((a, b) => b.updated - a.updated);
  }

  async load(id: string): Promise<Conversation | undefined> {
    const text = await this.#files.read(fileName(id));
    if (text === undefined) return undefined;
    const checked = check(storedConversation, parse(text));
    if (checked.ok && checked.value.id === id) return revive(checked.value);
    this.#complain(`${fileName(id)}: ${checked.ok ? 'holds another conversation' : checked.reason}`);
    return undefined;
  }

  /** Resolves when written, or when it could not be and that was told. */
  async save(conversation: Conversation): Promise<void> {
    const text = JSON.stringify(conversation);
    await this.#inTurn(conversation.id, async () => {
      await this.#files.write(fileName(conversation.id), text);
      this.#entries.set(conversation.id, entryOf(conversation));
    });
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(id, async () => {
      await this.#files.remove(fileName(id));
      this.#entries.delete(id);
    });
  }

  /** What was being written when the window closed; empty when nothing was. */
  async readDraft(): Promise<string> {
    return (await this.#files.read(draftFile)) ?? '';
  }

  async saveDraft(text: string): Promise<void> {
    await this.#inTurn(draftFile, () => this.#files.write(draftFile, text));
  }

  /** One file after the other: reading a long history at once would hold the extension host up. */
  async #entry(id: string): Promise<Entry | undefined> {
    if (this.#entries.has(id)) return this.#entries.get(id);
    const conversation = await this.load(id);
    // What was written meanwhile is newer.
    if (this.#entries.has(id)) return this.#entries.get(id);
    const entry = conversation && entryOf(conversation);
    this.#entries.set(id, entry);
    return entry;
  }

  async #ids(): Promise<readonly string[]> {
    return (await this.#files.list())
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length));
  }

  async #inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(id) ?? Promise.resolve();
    const write = before.then(work).catch((error: unknown) => this.#complain(`${id}: ${String(error)}`));
    this.#writes.set(id, write);
    await write;
    if (this.#writes.get(id) === write) this.#writes.delete(id);
  }
}

const entryOf = (conversation: Conversation): Entry => ({
  summary: summarise(conversation),
  text: searchable(conversation),
});

const draftFile = 'draft.txt';
const fileName = (id: string): string => `${id}.json`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
