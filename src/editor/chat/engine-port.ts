import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import {
  requests,
  settings,
  type ChatMessage,
  type ChatRequest,
  type ModelInfo,
} from '../../contract/index.js';
import { EngineError } from '../../engine/client/index.js';
import type { Ctx } from '../ctx.js';
import { troubleWords } from '../engine/error-words.js';
import { NoModelError } from '../engine/service.js';
import { correctionRequest, sparsityRequest } from '../settings/requests.js';
import { failureOf, type Trouble } from './core/failure.js';
import { orAborted } from './later.js';
import type { ChatEngine } from './ports.js';

/** The engine as the settings of this moment want it used for chat. */
export function chatEngine(ctx: Ctx): ChatEngine {
  const { engine } = ctx;
  return {
    get state() {
      return engine.state;
    },
    get mode() {
      return ctx.settings.get(settings.mode);
    },
    async answer(messages, onDelta, signal) {
      // Loading goes on for the next question; this one need not wait for it to be stopped.
      const model = await orAborted(engine.readyAgain(), signal);
      const request = chatRequest(ctx, model, messages);
      const result = await engine.client.stream(requests.chat, request, onDelta, signal);
      ctx.firstSteps.happened('chatAnswered');
      return result;
    },
    async usage(messages) {
      if (!engine.model) return null;
      const stop = { maxTokens: ctx.settings.get(settings.chat.maxTokens) };
      return await engine.client.request(requests.chatUsage, { messages, stop });
    },
    async warmUp() {
      try {
        await engine.ready();
        return undefined;
      } catch (error) {
        return error instanceof NoModelError ? failureOf(troubleOf(error)) : undefined;
      }
    },
    explain: troubleOf,
    get contextFull() {
      const message = vscode.l10n.t(
        'The conversation no longer fits into the model’s context; the answer ends here.',
      );
      return { code: 'context-full' as const, message };
    },
  };
}

/** A chat turn with the mode, sparsity, length and temperature of the settings. */
export function chatRequest(ctx: Ctx, model: ModelInfo, messages: readonly ChatMessage[]): ChatRequest {
  return {
    id: randomUUID(),
    messages,
    sampling: { temperature: ctx.settings.get(settings.chat.temperature) },
    stop: { maxTokens: ctx.settings.get(settings.chat.maxTokens) },
    sparsity: sparsityRequest(ctx.settings, model.selectors),
    correction: correctionRequest(ctx.settings),
    provisional: true,
  };
}

/** Whatever was thrown on the way to an answer, as a code with words. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NoModelError) {
    return {
      code: error.place.kind === 'not-downloaded' ? 'no-model' : 'model-not-found',
      message: error.message,
    };
  }
  if (error instanceof EngineError) {
    return { code: error.code, ...troubleWords(error) };
  }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: '' };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
