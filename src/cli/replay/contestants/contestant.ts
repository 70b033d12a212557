import type { Session } from '../typing/session.js';

/** The document as it is after a key. */
export interface Moment {
  readonly session: Session;
  /** Characters of the truth typed so far. */
  readonly typed: number;
  readonly prefix: string;
  readonly suffix: string;
}

export interface Reply {
  readonly text: string;
  /** Answered without the model. */
  readonly fromCache: boolean;
}

/** What a contestant did to its engine, since it was made. */
export interface EngineWork {
  readonly started: number;
  readonly cancelled: number;
  readonly fromTrie: number;
  /** Prompt tokens evaluated by each request that reached the model. */
  readonly evaluated: readonly number[];
  /** Milliseconds from each cancellation until the engine was free. */
  readonly busyAfterCancelMs: readonly number[];
}

/** A completion product under test: keystrokes go in, suggestions come out. */
export interface Contestant {
  readonly name: string;
  /** Tells of a key before anything is asked. */
  edited(moment: Moment): void;
  /** What would be shown; aborting the signal means that the person typed on. Null: nothing. */
  suggest(moment: Moment, signal: AbortSignal): Promise<Reply | null>;
  /** Resolves when its engine rests: what one contestant left running must not slow the next. */
  rest(): Promise<void>;
  work(): EngineWork;
  dispose(): Promise<void>;
}
