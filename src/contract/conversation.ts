import type { EngineErrorCode } from './errors.js';
import type { StopReason } from './generation.js';
import type { Mode, SelectorId } from './modes.js';

/** A piece of the workspace sent along with a user's message; kept with it, so that an answer can be asked for again. */
export interface Attachment {
  readonly id: string;
  readonly kind: 'selection' | 'file' | 'problems';
  /** Workspace-relative path, forward slashes. */
  readonly path: string;
  readonly languageId: string;
  /** First and last line, 1-based; absent for a whole file. */
  readonly lines?: { readonly first: number; readonly last: number };
  readonly text: string;
  /** Characters left out because the piece was too long. 0 when whole. */
  readonly omitted: number;
}

/** What a person can do about what stands in the way of an answer; each is a button. */
export const nextSteps = [
  'retry',
  'restart-engine',
  'cancel-loading',
  'choose-model',
  'download-model',
  'new-conversation',
  'open-settings',
  'show-log',
] as const;
export type NextStep = (typeof nextSteps)[number];

/** Why an answer ended early, with at least one next step. */
export interface ChatFailure {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly steps: readonly NextStep[];
}

/** What one answer cost and how it came about. */
export interface AnswerReport {
  readonly model: string;
  readonly mode: Mode;
  readonly selector: SelectorId;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly tokens: number;
  /** Decode speed. */
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number;
  /** Kept fraction, 0..1; 1 is dense. */
  readonly density: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly rollbacks: number;
  readonly stopReason: StopReason;
  /** Why sparsity or speculation was off although asked for. */
  readonly notes: readonly string[];
}

export interface UserMessage {
  readonly role: 'user';
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export type AnswerState =
  | { readonly kind: 'streaming' }
  | { readonly kind: 'complete' }
  /** `interrupted`: not by the person, but because the window closed or the engine was asked for something else. */
  | { readonly kind: 'stopped'; readonly interrupted?: true }
  | { readonly kind: 'failed'; readonly failure: ChatFailure };

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly id: string;
  readonly text: string;
  /** Characters from the start that no later check can take back; the rest is provisional. */
  readonly verifiedLength: number;
  readonly state: AnswerState;
  /** Absent until the answer ended, and when the engine died before it could report. */
  readonly report?: AnswerReport;
}

export type ConversationMessage = UserMessage | AssistantMessage;

export interface Conversation {
  readonly id: string;
  readonly title: string;
  /** True once a person named it; otherwise the title follows the first message. */
  readonly renamed: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
  readonly messages: readonly ConversationMessage[];
}

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  readonly updated: number;
  readonly messageCount: number;
}
