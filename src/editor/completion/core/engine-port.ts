import type { CompletionRequest } from '../../../contract/completion.js';
import type { GenerateDelta, GenerateResult } from '../../../contract/generation.js';
import type { CompletionOutcome } from '../../../contract/outcomes.js';

/** Whether the engine can answer now, and the outcome of a request where it cannot. */
export type Availability =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly outcome: CompletionOutcome; readonly message: string };

/** What the pipeline needs of the engine; the editor's client and the command line's both fit. */
export interface CompletionEngine {
  /** `wait`: load the model first where needed; `look`: start that and answer at once. */
  available(patience: 'wait' | 'look'): Promise<Availability>;
  /** Streams; rejects with an error of `code` `cancelled` soon after `signal` was aborted. */
  complete(
    request: CompletionRequest,
    onDelta: (delta: GenerateDelta) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
}

/** Time, so that tests and replays can bring their own. Milliseconds. */
export interface Clock {
  now(): number;
  /** Ends early, without throwing, when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve();
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
    }),
};
