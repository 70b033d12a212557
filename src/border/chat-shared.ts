import * as v from 'valibot';
import {
  engineErrorCodes,
  modes,
  selectorIds,
  type AnswerReport,
  type AnswerState,
  type ChatFailure,
} from '../contract/index.js';
import { number, text, type Schema } from './check.js';
import { nextStep } from './shared.js';

export const failure: Schema<ChatFailure> = v.object({
  code: v.picklist(engineErrorCodes),
  message: text,
  steps: v.array(nextStep),
});

const stopReason = v.picklist([
  'eos',
  'stop-string',
  'max-tokens',
  'time',
  'cancelled',
  'context-full',
  'stop-rule',
]);

export const answerReport: Schema<AnswerReport> = v.object({
  model: text,
  mode: v.picklist(modes),
  selector: v.picklist(selectorIds),
  promptTokens: number,
  reusedTokens: number,
  tokens: number,
  tokensPerSecond: number,
  firstTokenMs: number,
  density: number,
  drafted: number,
  accepted: number,
  rollbacks: number,
  stopReason,
  notes: v.array(text),
});

const answerState: Schema<AnswerState> = v.variant('kind', [
  v.object({ kind: v.literal('streaming') }),
  v.object({ kind: v.literal('complete') }),
  v.object({ kind: v.literal('stopped'), interrupted: v.exactOptional(v.literal(true)) }),
  v.object({ kind: v.literal('failed'), failure }),
]);

export const lines = v.object({ first: number, last: number });
export const attachmentKind = v.picklist(['selection', 'file', 'problems']);

export const assistantMessage = v.object({
  role: v.literal('assistant'),
  id: text,
  text,
  verifiedLength: number,
  state: answerState,
  report: v.exactOptional(answerReport),
});

/** The id of a conversation is the name of its file: nothing in it may lead out of the folder. */
export const conversationId = v.pipe(text, v.regex(/^[\w-]{1,64}$/u));

export const conversationSummary = v.object({ id: text, title: text, updated: number, messageCount: number });
