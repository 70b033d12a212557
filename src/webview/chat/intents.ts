import type { ChatAction } from '../../contract/index.js';
import type { ConversationList } from './local.js';

/** What the views may ask of the page. */
export interface Intents {
  /** To the editor, as it is. */
  act(action: ChatAction): void;
  draft(text: string, caret: number): void;
  send(): void;
  startEdit(messageId: string, text: string): void;
  changeEdit(text: string): void;
  cancelEdit(): void;
  sendEdit(): void;
  /** Answers a question anew: at once if its answer is the last, otherwise after a warning. */
  regenerate(messageId: string): void;
  confirmRegenerate(): void;
  cancelRegenerate(): void;
  toggleList(): void;
  changeList(change: Partial<ConversationList>): void;
  search(query: string): void;
  movePick(step: 1 | -1): void;
  pick(index: number): void;
  closePicker(): void;
}
