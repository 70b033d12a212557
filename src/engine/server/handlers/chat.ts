import type { ChatMessage, ChatRequest, ChatUsage, GenerateResult } from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import { commonPrefixLength } from '../../generation/common-prefix.js';
import { runGeneration } from '../../generation/run-generation.js';
import type { ChatTemplate } from '../../host/chat-template.js';
import type { LoadedModel } from '../../host/loaded-model.js';
import { fitHistory, type FittedHistory } from '../../prompt/chat-history.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

const defaultMaxTokens = 1024;
const leastAnswer = 64;
/** A model leans on the first tokens whatever they say (StreamingLLM, section 3). */
const firstTokens = 4;
/** Unlike any question, so that it shares only the template's own text with them. */
const otherQuestion = '\u2042';

/** Answers a conversation under the model's own template; too long ones lose their oldest turns, never the system message. */
export const chat =
  (services: Services): Handler<ChatRequest, GenerateResult> =>
  (request, signal) =>
    services.host.use(signal, (model, ended) => {
      const template = templateOf(model);
      const { capacity } = model.sequences.chat;
      const fitted = fitInto(request, template, capacity);
      if (fitted === null)
        throw new EngineError(
          'context-full',
          `The last message does not fit into the context of ${capacity} tokens.`,
          'Attach less, or load the model with a larger context.',
        );
      const kept = fitted.messages;
      const { ids, stopStrings } = template.encode(kept);
      const { messages: _messages, ...settings } = request;
      const stop = {
        ...request.stop,
        maxTokens: request.stop?.maxTokens ?? defaultMaxTokens,
        stopStrings: [...(request.stop?.stopStrings ?? []), ...stopStrings],
      };
      const contextShift = { keep: keptBeginning(template, kept, ids) };
      const order = { ...settings, sequence: 'chat' as const, prompt: ids, stop, contextShift };
      return runGeneration(services, model, order, ended);
    });

/** What of a conversation is read, with room left for the answer; null where the last turn alone is too long. */
function fitInto(
  { messages, stop }: Pick<ChatRequest, 'messages' | 'stop'>,
  template: ChatTemplate,
  capacity: number,
): FittedHistory | null {
  const wanted = stop?.maxTokens ?? defaultMaxTokens;
  const reserved = Math.min(wanted, Math.max(leastAnswer, Math.floor(capacity / 4)));
  return fitHistory(messages, (some) => template.encode(some).ids.length, capacity - reserved);
}

/** What a full context never drops: the system messages as the template writes them, and always the first tokens. */
function keptBeginning(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  ids: readonly number[],
): number {
  const system = messages.filter(({ role }) => role === 'system');
  const other = template.encode([...system, { role: 'user', text: otherQuestion }]);
  return Math.max(firstTokens, commonPrefixLength(ids, other.ids));
}

/** How many tokens of a conversation are read under the model's template, and how many turns no longer are. */
export const chatUsage =
  ({ host }: Services): Handler<Pick<ChatRequest, 'messages' | 'stop'>, ChatUsage> =>
  (request, signal) =>
    host.use(signal, (model) => {
      const template = templateOf(model);
      const { capacity } = model.sequences.chat;
      const fitted = fitInto(request, template, capacity);
      return Promise.resolve({
        tokens: fitted?.tokens ?? template.encode(request.messages).ids.length,
        contextSize: capacity,
        droppedTurns: fitted?.droppedTurns ?? 0,
      });
    });

function templateOf(model: LoadedModel): ChatTemplate {
  if (model.chat !== null) return model.chat;
  throw new EngineError(
    'model-unsupported',
    `${model.info.name} has no chat template: it can complete, but not chat.`,
    'Choose an "instruct" model for chat.',
  );
}
