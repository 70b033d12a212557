import type { EngineErrorCode } from '../contract/errors.js';

/** A failed engine request: `message` says the cause, `nextStep` what a person can do about it. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly nextStep: string | undefined;

  constructor(code: EngineErrorCode, message: string, nextStep?: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.nextStep = nextStep;
  }
}
