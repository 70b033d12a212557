import type {
  Attachment,
  ChatFailure,
  ChatViewState,
  Conversation,
  ConversationSummary,
} from '../../contract/index.js';
import { AnswerRun } from './answer-run.js';
import * as talk from './core/conversation.js';
import { engineView } from './core/engine-view.js';
import { promptOf } from './core/prompt.js';
import { chipOf, conversationView } from './core/view-model.js';
import { Throttled } from './later.js';
import type { ChatEngine, ChatWorld, ReadyQuestion } from './ports.js';
import type { ConversationStore } from './store/conversation-store.js';

/** The meter is counted again at most this often, milliseconds. */
const countEvery = 400;
/** Conversations are searched at most this often while a query is typed, milliseconds. */
const searchEvery = 150;
/** Characters of the system prompt that the page shows. */
const shownSystemPrompt = 200;

/** The chat without its picture: conversations, what is attached and drafted, the answers under way. Never throws. */
export class ChatController {
  readonly #engine: ChatEngine;
  readonly #world: ChatWorld;
  readonly #store: ConversationStore;
  readonly #runs = new Map<string, AnswerRun>();
  readonly #counting: Throttled;
  readonly #keepingDraft: Throttled;
  readonly #searching: Throttled;
  #active: Conversation;
  #attachments: readonly Attachment[] = [];
  #draft = '';
  #usage: ChatViewState['usage'] = null;
  #modelProblem: ChatFailure | undefined;
  /** What the open list is searched for; empty while it shows all. */
  #query = '';
  #shown = false;

  constructor(engine: ChatEngine, world: ChatWorld, store: ConversationStore) {
    this.#engine = engine;
    this.#world = world;
    this.#store = store;
    this.#active = this.#fresh();
    this.#counting = new Throttled(world, countEvery, () => void this.#count());
    this.#keepingDraft = new Throttled(world, countEvery, () => void store.saveDraft(this.#draft));
    this.#searching = new Throttled(world, searchEvery, () => void this.#search());
  }

  get active(): Conversation {
    return this.#runs.get(this.#active.id)?.conversation ?? this.#active;
  }

  get attachments(): readonly Attachment[] {
    return this.#attachments;
  }

  /** Everything to the page, which has just appeared. The first time, the newest conversation on disk is opened. */
  async show(): Promise<void> {
    const conversations = await this.#store.find('');
    const [newest] = conversations;
    if (!this.#shown && newest && this.#active.messages.length === 0) {
      this.#active = (await this.#store.load(newest.id)) ?? this.#active;
    }
    if (!this.#shown) this.#draft = await this.#store.readDraft();
    this.#shown = true;
    this.#world.post({ type: 'snapshot', state: this.#snapshot(conversations) });
    this.#counting.ask();
  }

  send(text: string): void {
    const attachments = this.#attachments;
    this.#changeAttachments([]);
    this.#draft = '';
    this.#keepingDraft.ask();
    this.ask({ text, attachments });
  }

  /** Sends a question as it is; the draft and its attachments stay. An answer under way in this conversation stops. */
  ask(question: ReadyQuestion): void {
    this.#halt();
    const world = this.#world;
    const answerId = world.newId();
    const asked = { id: world.newId(), ...question };
    this.#start(talk.ask(this.active, asked, answerId, world.now()), answerId);
  }

  stop(): void {
    this.#runs.get(this.#active.id)?.stop();
  }

  regenerate(answerId: string): void {
    const newAnswerId = this.#world.newId();
    const next = talk.askAgain(this.active, answerId, newAnswerId, this.#world.now());
    if (!next) return;
    this.#halt();
    this.#start(next, newAnswerId);
  }

  /** Answers the last question again. */
  retry(): void {
    const last = this.active.messages.at(-1);
    if (last?.role === 'assistant') this.regenerate(last.id);
  }

  edit(questionId: string, text: string): void {
    const taken = talk.takeBack(this.active, questionId);
    if (!taken) return;
    this.#halt();
    this.#active = taken.conversation;
    this.ask({ text, attachments: taken.attachments });
  }

  setDraft(text: string): void {
    const first = this.#draft === '' && text !== '';
    this.#draft = text;
    this.#counting.ask();
    this.#keepingDraft.ask();
    if (first) void this.#warmUp();
  }

  attach(attachment: Attachment): void {
    const others = this.#attachments.filter(({ id }) => id !== attachment.id);
    this.#changeAttachments([...others, attachment]);
  }

  detach(id: string): void {
    this.#changeAttachments(this.#attachments.filter((attachment) => attachment.id !== id));
  }

  startNew(): void {
    if (this.active.messages.length > 0) this.#activate(this.#fresh());
    this.#world.post({ type: 'focus' });
  }

  async open(id: string): Promise<void> {
    const conversation = this.#runs.get(id)?.conversation ?? (await this.#store.load(id));
    if (conversation) this.#activate(conversation);
    else await this.list();
  }

  /** The conversation with this id as it stands now, wherever it is. */
  async find(id: string): Promise<Conversation | undefined> {
    if (id === this.#active.id) return this.active;
    return this.#runs.get(id)?.conversation ?? (await this.#store.load(id));
  }

  async rename(id: string, title: string): Promise<void> {
    const found = await this.find(id);
    if (!found) return;
    const renamed = talk.rename(found, title);
    this.#runs.get(id)?.changeTitle((conversation) => talk.rename(conversation, title));
    if (id === this.#active.id) {
      this.#active = renamed;
      this.#world.post({ type: 'conversation', conversation: conversationView(renamed) });
    }
    if (renamed.messages.length > 0) await this.#store.save(renamed);
    await this.list();
  }

  async remove(id: string): Promise<void> {
    this.#runs.get(id)?.abandon();
    this.#runs.delete(id);
    await this.#store.remove(id);
    if (id === this.#active.id) this.#activate(this.#fresh());
    await this.list();
  }

  /** Shows the conversations that fit, now and whenever one changes; an empty query ends that. */
  search(query: string): void {
    this.#query = query;
    this.#searching.ask();
  }

  /** The list as it is now, and what was found in it. */
  async list(): Promise<void> {
    this.#world.post({ type: 'conversations', query: '', conversations: await this.#store.find('') });
    await this.#search();
  }

  async #search(): Promise<void> {
    const query = this.#query;
    if (query === '') return;
    this.#world.post({ type: 'conversations', query, conversations: await this.#store.find(query) });
  }

  engineChanged(): void {
    const { state } = this.#engine;
    if (state.kind === 'loading' || state.kind === 'ready') this.#modelProblem = undefined;
    this.#postEngine();
    if (state.kind === 'ready') this.#counting.ask();
  }

  /** What was found out of the model chosen before says nothing of this one. */
  modelChosen(): void {
    this.#modelProblem = undefined;
    this.#postEngine();
  }

  systemPromptChanged(): void {
    this.#world.post({ type: 'systemPrompt', text: this.#shownSystemPrompt() });
    this.#counting.ask();
  }

  /** Ends the answer under way here, because another takes its place; its text so far stays. */
  #halt(): void {
    const run = this.#runs.get(this.#active.id);
    if (!run) return;
    this.#runs.delete(this.#active.id);
    this.#active = run.abandon();
  }

  #start(conversation: Conversation, answerId: string): void {
    this.#active = conversation;
    const run = new AnswerRun({
      conversation,
      answerId,
      prompt: promptOf(conversation, this.#world.systemPrompt()),
      engine: this.#engine,
      world: this.#world,
      save: (grown) => void this.#store.save(grown),
    });
    this.#runs.set(conversation.id, run);
    this.#world.post({ type: 'conversation', conversation: conversationView(conversation) });
    void this.#store.save(conversation).then(() => this.list());
    void run.finish().then((finished) => this.#finished(run, finished));
  }

  async #finished(run: AnswerRun, conversation: Conversation): Promise<void> {
    if (this.#runs.get(conversation.id) !== run) return;
    this.#runs.delete(conversation.id);
    if (conversation.id === this.#active.id) this.#active = conversation;
    const last = conversation.messages.at(-1);
    if (last?.role === 'assistant' && last.state.kind === 'failed') this.#learnFrom(last.state.failure);
    this.#counting.ask();
    await this.list();
  }

  #learnFrom(failure: ChatFailure): void {
    if (failure.code !== 'no-model' && failure.code !== 'model-not-found') return;
    this.#modelProblem = failure;
    this.#postEngine();
  }

  async #warmUp(): Promise<void> {
    this.#modelProblem = await this.#engine.warmUp();
    this.#postEngine();
  }

  #activate(conversation: Conversation): void {
    this.#active = conversation;
    this.#world.post({ type: 'conversation', conversation: conversationView(conversation) });
    this.#counting.ask();
  }

  #changeAttachments(attachments: readonly Attachment[]): void {
    this.#attachments = attachments;
    this.#world.post({ type: 'attachments', attachments: attachments.map(chipOf) });
    this.#counting.ask();
  }

  async #count(): Promise<void> {
    const drafted = { id: 'draft', text: this.#draft, attachments: this.#attachments };
    const next =
      this.#draft === '' && this.#attachments.length === 0
        ? this.active
        : talk.ask(this.active, drafted, 'answer', 0);
    this.#usage = await this.#engine.usage(promptOf(next, this.#world.systemPrompt())).catch(() => null);
    this.#world.post({ type: 'usage', usage: this.#usage });
  }

  #postEngine(): void {
    this.#world.post({ type: 'engine', engine: engineView(this.#engine.state, this.#modelProblem) });
  }

  #snapshot(conversations: readonly ConversationSummary[]): ChatViewState {
    return {
      engine: engineView(this.#engine.state, this.#modelProblem),
      conversations,
      active: conversationView(this.active),
      attachments: this.#attachments.map(chipOf),
      usage: this.#usage,
      systemPrompt: this.#shownSystemPrompt(),
      draft: this.#draft,
    };
  }

  #shownSystemPrompt(): string {
    return this.#world.systemPrompt().slice(0, shownSystemPrompt);
  }

  #fresh(): Conversation {
    return talk.newConversation(this.#world.newId(), this.#world.untitled(), this.#world.now());
  }
}
