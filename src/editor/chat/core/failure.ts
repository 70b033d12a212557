import type { ChatFailure, EngineErrorCode, NextStep } from '../../../contract/index.js';

/** What is known of an error, whoever threw it. */
export interface Trouble {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly nextStep?: string | undefined;
}

const modelSteps: readonly NextStep[] = ['choose-model', 'show-log'];
const steps: Partial<Readonly<Record<EngineErrorCode, readonly NextStep[]>>> = {
  'no-model': ['download-model', 'choose-model'],
  'model-not-found': ['choose-model', 'download-model'],
  'model-not-gguf': modelSteps,
  'model-truncated': ['download-model', 'choose-model'],
  'model-hash-mismatch': ['download-model', 'choose-model'],
  'model-unsupported': modelSteps,
  'model-too-large': ['choose-model', 'open-settings'],
  'out-of-memory': ['retry', 'choose-model', 'open-settings'],
  'context-full': ['new-conversation', 'open-settings'],
  'bad-request': ['open-settings', 'show-log'],
  'engine-down': ['retry', 'restart-engine', 'show-log'],
  'native-missing': ['restart-engine', 'show-log'],
  'not-built-yet': ['open-settings', 'show-log'],
};

/** An error as the chat shows it: the cause in words and at least one next step. */
export function failureOf({ code, message, nextStep }: Trouble): ChatFailure {
  return {
    code,
    message: [message, nextStep ?? ''].join(' ').trim(),
    steps: steps[code] ?? ['retry', 'restart-engine', 'show-log'],
  };
}
