import type { ChatMessage, Conversation, GenerateDelta } from '../../contract/index.js';
import { appended } from './core/appended.js';
import { answerOf, end, grow, interrupted, settle, type Ending } from './core/conversation.js';
import { failureOf } from './core/failure.js';
import { reportOf } from './core/report.js';
import { Throttled } from './later.js';
import type { ChatEngine, ChatWorld } from './ports.js';

/** Text goes to the page at most this often, milliseconds. */
const postEvery = 33;
/** A growing answer is saved at most this often, milliseconds. */
const saveEvery = 3000;

export interface AnswerRunOptions {
  readonly conversation: Conversation;
  readonly answerId: string;
  readonly prompt: readonly ChatMessage[];
  readonly engine: ChatEngine;
  readonly world: ChatWorld;
  readonly save: (conversation: Conversation) => void;
}

/** One answer under way: takes the engine's stream into its conversation, and tells the page and the disk. */
export class AnswerRun {
  readonly #options: AnswerRunOptions;
  readonly #abort = new AbortController();
  readonly #posting: Throttled;
  readonly #saving: Throttled;
  #conversation: Conversation;
  #posted = '';
  #dropped = false;

  constructor(options: AnswerRunOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
    this.#posting = new Throttled(options.world, postEvery, () => this.#postText());
    this.#saving = new Throttled(options.world, saveEvery, () => options.save(this.#conversation));
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** A person renamed it meanwhile. */
  changeTitle(change: (conversation: Conversation) => Conversation): void {
    this.#conversation = change(this.#conversation);
  }

  /** Resolves when the answer has ended, in whatever way; never rejects. */
  async finish(): Promise<Conversation> {
    const { answerId, world } = this.#options;
    const ending = await this.#answer();
    this.#posting.drop();
    this.#saving.drop();
    this.#conversation = end(this.#conversation, answerId, ending, world.now());
    if (!this.#dropped) {
      this.#postAnswer();
      this.#options.save(this.#conversation);
    }
    return this.#conversation;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Stops without another word to page or disk; the conversation as it stood, its answer marked as stopped. */
  abandon(): Conversation {
    this.#dropped = true;
    this.#posting.drop();
    this.#saving.drop();
    this.stop();
    return end(
      this.#conversation,
      this.#options.answerId,
      { state: { kind: 'stopped' } },
      this.#options.world.now(),
    );
  }

  async #answer(): Promise<Ending> {
    const { engine, prompt } = this.#options;
    const { mode } = engine;
    const stopped = () => (this.#abort.signal.aborted ? ({ kind: 'stopped' } as const) : interrupted);
    try {
      const result = await engine.answer(prompt, (delta) => this.#grow(delta), this.#abort.signal);
      const report = reportOf(result, mode);
      if (result.stopReason === 'cancelled') return { state: stopped(), report };
      this.#conversation = settle(this.#conversation, this.#options.answerId, result.text);
      if (result.stopReason !== 'context-full') return { state: { kind: 'complete' }, report };
      const failure = failureOf(engine.contextFull);
      return { state: { kind: 'failed', failure }, report };
    } catch (error) {
      const trouble = engine.explain(error);
      if (this.#abort.signal.aborted || trouble.code === 'cancelled') return { state: stopped() };
      return { state: { kind: 'failed', failure: failureOf(trouble) } };
    }
  }

  #grow(delta: GenerateDelta): void {
    if (this.#abort.signal.aborted) return;
    this.#conversation = grow(this.#conversation, this.#options.answerId, delta);
    this.#posting.ask();
    this.#saving.ask();
  }

  #postText(): void {
    const { answerId, world } = this.#options;
    const answer = answerOf(this.#conversation, answerId);
    if (!answer) return;
    const { retract, text } = appended(this.#posted, answer.text);
    this.#posted = answer.text;
    const conversationId = this.#conversation.id;
    const { verifiedLength } = answer;
    world.post({ type: 'append', conversationId, messageId: answerId, retract, text, verifiedLength });
  }

  #postAnswer(): void {
    const message = answerOf(this.#conversation, this.#options.answerId);
    if (message)
      this.#options.world.post({ type: 'message', conversationId: this.#conversation.id, message });
  }
}
