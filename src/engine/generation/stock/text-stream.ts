import type { LlamaModel, Token } from 'node-llama-cpp';

const contextTokens = 8;

/** Turns tokens into text piece by piece, holding back characters whose bytes are still incomplete. */
export class TextStream {
  readonly #model: LlamaModel;
  readonly #before: Token[];
  #pending: Token[] = [];

  /** @param before the tokens that precede the stream */
  constructor(model: LlamaModel, before: readonly Token[]) {
    this.#model = model;
    this.#before = before.slice(-contextTokens);
  }

  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#text();
    return text.endsWith('\uFFFD') && this.#pending.length < contextTokens ? '' : this.#take(text);
  }

  flush(): string {
    return this.#pending.length === 0 ? '' : this.#take(this.#text());
  }

  #text(): string {
    return this.#model.detokenize(this.#pending, false, this.#before);
  }

  #take(text: string): string {
    this.#before.push(...this.#pending);
    this.#before.splice(0, this.#before.length - contextTokens);
    this.#pending = [];
    return text;
  }
}
