/** How a completion request ended. Exactly one a request; the editor words them in "Why no suggestion?". */
export const completionOutcomes = [
  'shown',
  'served-from-cache',
  'empty',
  'cancelled',
  'superseded',
  'filtered',
  'disabled',
  'snoozed',
  'excluded-file',
  'no-model',
  'model-loading',
  'engine-down',
  'context-full',
  'too-large',
  'read-only',
  'binary-file',
  'unsupported-model',
  'timeout',
  'error',
] as const;
export type CompletionOutcome = (typeof completionOutcomes)[number];
