import {
  type ChatWrapper,
  resolveChatWrapper,
  type ChatHistoryItem,
  type LlamaModel,
  type LlamaText,
  SpecialToken,
} from 'node-llama-cpp';
import type { ChatMessage } from '../../contract/index.js';

/** A conversation as the model was trained to see it. */
export interface ChatPrompt {
  readonly ids: readonly number[];
  /** Texts at which the model's turn is over; special tokens that end it are end-of-generation tokens already. */
  readonly stopStrings: readonly string[];
}

/** The model's own chat template: its Jinja template, or the wrapper that node-llama-cpp knows for it. */
export class ChatTemplate {
  readonly #model: LlamaModel;
  readonly #wrapper: ChatWrapper;

  private constructor(model: LlamaModel, wrapper: ChatWrapper) {
    this.#model = model;
    this.#wrapper = wrapper;
  }

  /** @returns null when the model has no chat template and none is known for it */
  static of(model: LlamaModel): ChatTemplate | null {
    if (model.fileInfo.metadata.tokenizer?.chat_template === undefined) return null;
    return new ChatTemplate(model, resolveChatWrapper(model, { warningLogs: false }));
  }

  /** User text never becomes a special token: the template's own texts are marked as special, messages are not. */
  encode(messages: readonly ChatMessage[]): ChatPrompt {
    const { contextText, stopGenerationTriggers } = this.#wrapper.generateContextState({
      chatHistory: toHistory(messages),
    });
    const ids = contextText.tokenize(this.#model.tokenizer, 'trimLeadingSpace');
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const withBos = shouldPrependBosToken && bos !== null && ids[0] !== bos ? [bos, ...ids] : ids;
    return { ids: withBos, stopStrings: stopGenerationTriggers.flatMap((trigger) => triggerText(trigger)) };
  }
}

function toHistory(messages: readonly ChatMessage[]): ChatHistoryItem[] {
  const items = messages.map((message): ChatHistoryItem => {
    switch (message.role) {
      case 'system':
        return { type: 'system', text: message.text };
      case 'user':
        return { type: 'user', text: message.text };
      case 'assistant':
        return { type: 'model', response: [message.text] };
    }
  });
  return [...items, { type: 'model', response: [] }];
}

function triggerText(trigger: LlamaText): readonly string[] {
  const texts = trigger.values.map((value) => {
    if (typeof value === 'string') return value;
    return value instanceof SpecialToken ? '' : value.value;
  });
  const text = texts.join('');
  return text === '' ? [] : [text];
}
