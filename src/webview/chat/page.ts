import { render } from 'lit';
import type { ChatAction, ChatPageState, ChatViewMessage, ChatViewState } from '../../contract/index.js';
import { Announcer } from '../shared/announcer.js';
import type { Channel } from '../shared/channel.js';
import { FrameScheduler } from '../shared/frames.js';
import { announcement } from './announcement.js';
import type { Intents } from './intents.js';
import { emptyLocal, fileQuery, openedList, searchingPicker, withoutFileQuery, type Local } from './local.js';
import { codeUseOf } from './markdown/code-figure.js';
import { FollowEnd } from './scroll.js';
import { reduce } from './state.js';
import { app } from './view/app.js';

/** Actions after which what was pressed is no longer there: the focus goes to the composer rather than nowhere. */
const takesItsButtonAway: ReadonlySet<ChatAction['type']> = new Set([
  'send',
  'stop',
  'regenerate',
  'open',
  'detach',
]);
/** How long a notice stands, milliseconds. */
const noticeMs = 4000;

/** The chat page: holds what is shown, and turns messages and clicks into the next picture. */
export class ChatPage implements Intents {
  readonly #root: HTMLElement;
  readonly #channel: Channel<ChatViewMessage, ChatAction, ChatPageState>;
  readonly #announcer = new Announcer();
  readonly #follow = new FollowEnd();
  readonly #frames = new FrameScheduler(() => this.#draw());
  #state: ChatViewState | undefined;
  #local: Local = emptyLocal;
  #restored: ChatPageState | undefined;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, channel: Channel<ChatViewMessage, ChatAction, ChatPageState>) {
    this.#root = root;
    this.#channel = channel;
  }

  start(): void {
    document.body.append(this.#announcer.element);
    this.#restored = this.#channel.restore();
    if (this.#restored) {
      const { draft, listOpen, editing } = this.#restored;
      this.#change({ draft, list: listOpen ? openedList : null, editing });
    }
    this.#root.addEventListener('click', (event) => this.#useCode(event));
    this.#root.addEventListener('scrollend', () => this.#save(), { capture: true });
    this.#channel.listen((message) => this.#receive(message));
    this.#draw();
    this.act({ type: 'ready' });
  }

  act(action: ChatAction): void {
    this.#channel.post(action);
    if (action.type === 'open' || action.type === 'new')
      this.#change({ list: null, editing: null, regenerating: null });
    if (action.type === 'open' || action.type === 'new' || action.type === 'regenerate')
      this.#follow.follow();
    if (takesItsButtonAway.has(action.type)) this.#focusComposer();
  }

  draft(text: string, caret: number): void {
    const query = fileQuery(text, caret);
    this.#change({ draft: text, picker: query === null ? null : searchingPicker(query, this.#local.picker) });
    this.act({ type: 'draft', text });
    if (query !== null) this.act({ type: 'findFiles', query });
  }

  send(): void {
    const text = this.#local.draft.trim();
    if (text === '') return;
    this.act({ type: 'send', text });
    this.#change({ draft: '', picker: null, list: null });
    this.#frames.now();
    this.#follow.follow();
  }

  startEdit(messageId: string, text: string): void {
    this.#change({ editing: { messageId, text } });
    this.#afterDraw(() => this.#root.querySelector<HTMLElement>('.edit-input')?.focus());
  }

  changeEdit(text: string): void {
    const { editing } = this.#local;
    if (editing) this.#change({ editing: { ...editing, text } });
  }

  cancelEdit(): void {
    const id = this.#local.editing?.messageId;
    this.#change({ editing: null });
    if (id) this.#focusComposer();
  }

  sendEdit(): void {
    const { editing } = this.#local;
    if (!editing || editing.text.trim() === '') return;
    this.act({ type: 'edit', messageId: editing.messageId, text: editing.text.trim() });
    this.cancelEdit();
    this.#follow.follow();
  }

  regenerate(messageId: string): void {
    if (messageId === this.#state?.active.messages.at(-1)?.id) {
      this.act({ type: 'regenerate', messageId });
      return;
    }
    this.#change({ regenerating: messageId });
    this.#afterDraw(() => this.#root.querySelector<HTMLElement>('.confirm')?.focus());
  }

  confirmRegenerate(): void {
    const messageId = this.#local.regenerating;
    if (messageId) this.act({ type: 'regenerate', messageId });
    this.cancelRegenerate();
  }

  cancelRegenerate(): void {
    this.#change({ regenerating: null });
    this.#focusComposer();
  }

  toggleList(): void {
    const closing = this.#local.list !== null;
    if (closing && this.#local.list?.query) this.act({ type: 'search', query: '' });
    this.#change({ list: closing ? null : openedList });
    if (this.#local.list) this.#afterDraw(() => this.#root.querySelector<HTMLElement>('.search')?.focus());
  }

  changeList(change: Partial<NonNullable<Local['list']>>): void {
    if (!this.#local.list) return;
    this.#change({ list: { ...this.#local.list, ...change } });
    this.#afterDraw(() => this.#focusInList());
  }

  search(query: string): void {
    this.changeList(query.trim() === '' ? { query, found: null } : { query });
    this.act({ type: 'search', query: query.trim() === '' ? '' : query });
  }

  movePick(step: 1 | -1): void {
    const { picker } = this.#local;
    const count = picker?.files.length ?? 0;
    if (!picker || count === 0) return;
    this.#change({ picker: { ...picker, index: (picker.index + step + count) % count } });
  }

  pick(index: number): void {
    const file = this.#local.picker?.files[index];
    if (!file) return;
    const input = this.#root.querySelector<HTMLTextAreaElement>('.input');
    const before = this.#local.draft;
    const caret = input?.selectionStart ?? before.length;
    const draft = withoutFileQuery(before, caret);
    this.#change({ draft, picker: null });
    this.act({ type: 'attachFile', id: file.id });
    this.act({ type: 'draft', text: draft });
    this.#frames.now();
    const caretAfter = caret - (before.length - draft.length);
    input?.setSelectionRange(caretAfter, caretAfter);
  }

  closePicker(): void {
    this.#change({ picker: null });
  }

  #receive(message: ChatViewMessage): void {
    const before = this.#state;
    this.#state = reduce(before, message);
    const said = announcement(before, message);
    if (said !== undefined) this.#announcer.announce(said);
    this.#receiveLocal(message);
    this.#frames.request();
    if (!before && this.#state) this.#afterDraw(() => this.#settleIn());
  }

  #receiveLocal(message: ChatViewMessage): void {
    const { list, picker } = this.#local;
    if (message.type === 'files' && picker?.query === message.query) {
      this.#change({ picker: { ...picker, files: message.files, index: 0, searching: false } });
    } else if (
      message.type === 'conversations' &&
      list &&
      message.query === list.query &&
      message.query !== ''
    ) {
      this.#change({ list: { ...list, found: message.conversations } });
    } else if (message.type === 'showList') {
      if (!list) this.toggleList();
    } else if (message.type === 'focus') {
      this.#change({ list: null, editing: null });
      this.#focusComposer();
    } else if (message.type === 'notice') {
      this.#notice(message.text);
    }
  }

  #notice(text: string): void {
    clearTimeout(this.#noticeTimer);
    this.#change({ notice: text });
    this.#noticeTimer = setTimeout(() => this.#change({ notice: '' }), noticeMs);
  }

  #settleIn(): void {
    if (this.#restored) this.#follow.restore(this.#restored.fromBottom);
    const { draft } = this.#local;
    if (draft === '') this.#change({ draft: this.#state?.draft ?? '' });
    else this.act({ type: 'draft', text: draft });
  }

  #useCode(event: Event): void {
    const used = event.target instanceof Element ? codeUseOf(event.target) : undefined;
    if (!used) return;
    const { text, language } = used.code;
    if (used.use === 'copy' || used.use === 'insert') this.act({ type: used.use, text });
    else this.act({ type: used.use, text, language });
  }

  #change(change: Partial<Local>): void {
    this.#local = { ...this.#local, ...change };
    this.#frames.request();
    this.#save();
  }

  #save(): void {
    const { draft, list, editing } = this.#local;
    this.#channel.save({ draft, listOpen: list !== null, editing, fromBottom: this.#follow.fromBottom });
  }

  #draw(): void {
    render(app(this.#state, this.#local, this), this.#root);
    this.#follow.attach(this.#root.querySelector('.messages'));
  }

  /** Renaming and asking take the focus; when that is over, it is not to be lost. */
  #focusInList(): void {
    const asked = this.#root.querySelector<HTMLElement>('.rename, .confirm');
    if (asked) asked.focus();
    else if (document.activeElement === document.body)
      this.#root.querySelector<HTMLElement>('.search')?.focus();
  }

  #focusComposer(): void {
    this.#afterDraw(() => this.#root.querySelector<HTMLElement>('.input')?.focus());
  }

  #afterDraw(then: () => void): void {
    requestAnimationFrame(() => requestAnimationFrame(then));
  }
}
