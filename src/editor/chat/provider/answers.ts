import { requests, type ChatRequest, type GenerateResult } from '../../../contract/index.js';
import type { EngineClient } from '../../../engine/client/index.js';

/** Who asked: `@sparse`, or whoever uses the model in VS Code's own list. */
export type Asker = 'participant' | 'language-model';

/** What became of one answer given through VS Code's own chat. Counts only, no text. */
export interface GivenAnswer {
  readonly asker: Asker;
  /** Tokens that have come. */
  readonly tokens: number;
  /** How many had come when the user, or the caller, cancelled; absent while nobody has. */
  readonly tokensWhenCancelled?: number;
  /** What the engine said at the end, of a cancelled answer too; absent while it runs and after an error. */
  readonly result?: Pick<GenerateResult, 'stopReason' | 'tokens'>;
}

const mostKept = 20;

/** Streams answers into VS Code's own chat, and keeps what became of the last ones, oldest first. */
export class Answers {
  readonly #client: Pick<EngineClient, 'stream'>;
  #kept: readonly GivenAnswer[] = [];

  constructor(client: Pick<EngineClient, 'stream'>) {
    this.#client = client;
  }

  get all(): readonly GivenAnswer[] {
    return this.#kept;
  }

  /**
   * Asks the engine. Aborting `signal` frees it within one decode step; what it had made until then is in the result.
   * @throws EngineError
   */
  async stream(
    asker: Asker,
    request: ChatRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    let answer: GivenAnswer = { asker, tokens: 0 };
    const know = (change: Partial<GivenAnswer>) => {
      const next = { ...answer, ...change };
      this.#kept = this.#kept.map((one) => (one === answer ? next : one));
      answer = next;
    };
    this.#kept = [...this.#kept, answer].slice(-mostKept);
    const cancelled = () => know({ tokensWhenCancelled: answer.tokens });
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      const result = await this.#client.stream(
        requests.chat,
        // VS Code's streams cannot take text back: only verified text goes into them.
        { ...request, provisional: false },
        ({ text, tokens }) => {
          know({ tokens: answer.tokens + tokens.length });
          if (text !== '') onText(text);
        },
        signal,
      );
      know({ result: { stopReason: result.stopReason, tokens: result.tokens } });
      return result;
    } finally {
      signal.removeEventListener('abort', cancelled);
    }
  }
}
