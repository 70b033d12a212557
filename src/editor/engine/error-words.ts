import * as vscode from 'vscode';
import type { EngineState } from '../../contract/engine-info.js';
import type { EngineErrorCode } from '../../contract/errors.js';
import { EngineError } from '../../engine/client/index.js';
import { readReason } from '../../contract/reasons/index.js';
import { codeWords } from './code-words.js';
import { reasonText } from './reason-text.js';

/** An error as the engine words it, in English. */
export interface EngineTrouble {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly nextStep?: string | undefined;
}

/** What to show: a sentence or two, and what to do next where that is known. */
export interface ErrorWords {
  readonly message: string;
  readonly nextStep: string | undefined;
}

/**
 * English users read the engine's own words. Others read them in their language where they are known; where they are not, the cause
 * that the code stands for, with the engine's words as the detail.
 */
export function troubleWords({ code, message, nextStep }: EngineTrouble): ErrorWords {
  if (vscode.l10n.bundle === undefined) return { message, nextStep };
  const words = codeWords(code, vscode.l10n.t);
  return {
    message: readReason(message) === undefined ? withDetail(words.cause, message) : reasonText(message),
    nextStep: words.nextStep === '' ? undefined : words.nextStep,
  };
}

const withDetail = (cause: string, detail: string): string =>
  detail === '' ? cause : `${cause} (${detail})`;

/** Whatever was thrown, for the user. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof EngineError) return troubleWords(error);
  return { message: error instanceof Error ? error.message : String(error), nextStep: undefined };
}

/** The same in one text. */
export function errorText(error: unknown): string {
  const { message, nextStep } = errorWords(error);
  return [message, nextStep ?? ''].join(' ').trim();
}

/** An engine state with its error in the user's language. */
export function wordedState(state: EngineState): EngineState {
  if (state.kind !== 'error' || state.code === undefined) return state;
  const { message, nextStep } = troubleWords({ ...state, code: state.code });
  return { kind: 'error', message, code: state.code, ...(nextStep !== undefined && { nextStep }) };
}
