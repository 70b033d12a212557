import type { CorrectionRequest } from './correction.js';
import type { SamplingRequest, StopRequest } from './generation.js';
import type { SparsityRequest } from './sparsity.js';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** One chat turn. The engine applies the model's own template; the conversation's KV prefix is reused. */
export interface ChatRequest {
  readonly id: string;
  readonly messages: readonly ChatMessage[];
  readonly sampling?: SamplingRequest;
  readonly stop?: StopRequest;
  readonly sparsity?: SparsityRequest;
  readonly correction?: CorrectionRequest;
  /** Stream text that is not verified yet as unverified deltas. Default false: only verified text is delivered. */
  readonly provisional?: boolean;
}

/** How full the chat context would be with these messages. */
export interface ChatUsage {
  /** Tokens of the messages that are read. */
  readonly tokens: number;
  readonly contextSize: number;
  /** Oldest turns that are no longer read, because the conversation outgrew the context. */
  readonly droppedTurns: number;
}
