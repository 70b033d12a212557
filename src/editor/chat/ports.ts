import type {
  Attachment,
  ChatFailure,
  ChatMessage,
  ChatUsage,
  ChatViewMessage,
  EngineState,
  GenerateDelta,
  GenerateResult,
  Mode,
} from '../../contract/index.js';
import type { Trouble } from './core/failure.js';

/** How the chat reaches the engine. */
export interface ChatEngine {
  readonly state: EngineState;
  readonly mode: Mode;
  /**
   * Loads the chosen model if need be, and answers.
   * @throws whatever {@link ChatEngine.explain} understands
   */
  answer(
    messages: readonly ChatMessage[],
    onDelta: (delta: GenerateDelta) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
  /** Tokens the messages fill; null while no model is in memory (counting does not load one). */
  usage(messages: readonly ChatMessage[]): Promise<ChatUsage | null>;
  /** Begins to load the model; resolves to why there is none and what to do, or undefined. */
  warmUp(): Promise<ChatFailure | undefined>;
  explain(error: unknown): Trouble;
  /** The trouble of an answer that filled the context to its end. */
  readonly contextFull: Trouble;
}

/** Everything else the controller needs of the world. */
export interface ChatWorld {
  systemPrompt(): string;
  newId(): string;
  now(): number;
  /** Title of a conversation before its first message. */
  untitled(): string;
  /** To the page; dropped while there is none. */
  post(message: ChatViewMessage): void;
  /** Calls back once after a delay; the result cancels. */
  later(milliseconds: number, run: () => void): () => void;
}

/** A question made elsewhere in the editor: a code action or a command. */
export interface ReadyQuestion {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}
