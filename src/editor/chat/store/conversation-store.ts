import { check } from '../../../border/check.js';
import { storedConversation } from '../../../border/stored-conversation.js';
import type { Conversation, ConversationSummary } from '../../../contract/index.js';
import { revive, summarise } from '../core/conversation.js';
import { fits } from '../core/search.js';
import type { ConversationFiles } from './files.js';

/** Conversations on disk, one JSON file each. A damaged file is passed over, never deleted. */
export class ConversationStore {
  readonly #files: ConversationFiles;
  readonly #complain: (complaint: string) => void;
  /** Writes of one conversation follow each other, so that the last one stands. */
  readonly #writes = new Map<string, Promise<void>>();

  /** @param complain is told of files that cannot be read or written. */
  constructor(files: ConversationFiles, complain: (complaint: string) => void) {
    this.#files = files;
    this.#complain = complain;
  }

  /** All that fit the query, newest first; an empty query fits all. */
  async find(query: string): Promise<readonly ConversationSummary[]> {
    const all = await Promise.all((await this.#ids()).map((id) => this.load(id)));
    return all
      .filter((conversation) => conversation !== undefined)
      .filter((conversation) => fits(conversation, query))
      .map(summarise)
      .sort((a, b) => b.updated - a.updated);
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
    await this.#inTurn(conversation.id, () => this.#files.write(fileName(conversation.id), text));
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(id, () => this.#files.remove(fileName(id)));
  }

  /** What was being written when the window closed; empty when nothing was. */
  async readDraft(): Promise<string> {
    return (await this.#files.read(draftFile)) ?? '';
  }

  async saveDraft(text: string): Promise<void> {
    await this.#inTurn(draftFile, () => this.#files.write(draftFile, text));
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

const draftFile = 'draft.txt';
const fileName = (id: string): string => `${id}.json`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
