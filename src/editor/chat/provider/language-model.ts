import * as vscode from 'vscode';
import { modelVendor } from '../../../contract/contributions/index.js';
import { requests, settings, type ChatMessage, type ChatRequest } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { NoModelError } from '../../engine/service.js';
import { failureOf } from '../core/failure.js';
import { chatRequest, troubleOf } from '../engine-port.js';
import { orAborted } from '../later.js';
import type { Answers } from './answers.js';
import { textOfParts } from './parts.js';
import { signalOf } from './signal.js';

/** Context taken to be there while no model is loaded and the settings leave the size to the model. */
const assumedContext = 4096;

/** The chosen local model as one of VS Code's own language models. Asking for it loads it; looking at the list does not. */
export class LocalLanguageModel implements vscode.LanguageModelChatProvider {
  readonly #ctx: Ctx;
  readonly #answers: Answers;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  /** What was said last of the model in memory. */
  #known: string | undefined;

  constructor(ctx: Ctx, answers: Answers) {
    this.#ctx = ctx;
    this.#answers = answers;
    const listener = ctx.engine.onState(() => this.#noticeModel());
    ctx.extension.subscriptions.push(this.#changed, listener);
  }

  provideLanguageModelChatInformation(): vscode.LanguageModelChatInformation[] {
    const { engine, settings: reader } = this.#ctx;
    const { model } = engine;
    const context = model?.contextSize ?? (reader.get(settings.chat.contextSize) || assumedContext);
    const output = Math.min(reader.get(settings.chat.maxTokens), Math.floor(context / 2));
    return [
      {
        id: 'chosen',
        name: model?.name ?? vscode.l10n.t('Local model'),
        family: model?.identity.architecture ?? 'local',
        version: model?.identity.quantisation ?? '1',
        tooltip: vscode.l10n.t('Runs on this machine; nothing is sent anywhere.'),
        maxInputTokens: context - output,
        maxOutputTokens: output,
        capabilities: { toolCalling: false, imageInput: false },
      },
    ];
  }

  async provideLanguageModelChatResponse(
    _model: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const signal = signalOf(token);
    await explained(async () => {
      const model = await orAborted(this.#ctx.engine.ready(), signal);
      const request = withOptions(
        chatRequest(this.#ctx, model, messages.map(toMessage)),
        options.modelOptions,
      );
      const onText = (text: string) => progress.report(new vscode.LanguageModelTextPart(text));
      await this.#answers.stream('language-model', request, onText, signal);
    });
  }

  /** The engine's own tokeniser counts; a message with what the model's template writes around it. */
  async provideTokenCount(
    _model: vscode.LanguageModelChatInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
    token: vscode.CancellationToken,
  ): Promise<number> {
    const signal = signalOf(token);
    return await explained(async () => {
      const { engine } = this.#ctx;
      await orAborted(engine.ready(), signal);
      if (typeof text === 'string')
        return (await engine.client.request(requests.tokenize, { text }, signal)).ids.length;
      const messages = [toMessage(text)];
      return (await engine.client.request(requests.chatUsage, { messages }, signal)).tokens;
    });
  }

  #noticeModel(): void {
    const { model } = this.#ctx.engine;
    const facts = model && `${model.name} ${model.contextSize}`;
    if (facts === this.#known) return;
    this.#known = facts;
    this.#changed.fire();
  }
}

/** Puts the model into VS Code's list. */
export function registerLanguageModel(ctx: Ctx, answers: Answers): void {
  const provider = new LocalLanguageModel(ctx, answers);
  const registration = vscode.lm.registerLanguageModelChatProvider(modelVendor, provider);
  ctx.extension.subscriptions.push(registration);
  // Without one look at the list VS Code's picker stays empty and the first @participant request fails.
  void vscode.lm.selectChatModels({ vendor: modelVendor }).then(undefined, (error: unknown) => {
    ctx.log.debug(`The model list could not be read: ${String(error)}`);
  });
}

/** Errors as callers of VS Code's language models expect them, in the user's language and with the next step. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoModelError) throw vscode.LanguageModelError.NotFound(error.message);
    const trouble = troubleOf(error);
    if (trouble.code === 'cancelled') throw new vscode.CancellationError();
    throw new Error(failureOf(trouble).message, { cause: error });
  }
}

function toMessage({ role, content }: vscode.LanguageModelChatRequestMessage): ChatMessage {
  const fromModel = role === vscode.LanguageModelChatMessageRole.Assistant;
  return { role: fromModel ? 'assistant' : 'user', text: textOfParts(content) };
}

/** What a caller may ask for: temperature and length; anything else, and nonsense, is left out. */
function withOptions(
  request: ChatRequest,
  asked: Readonly<Record<string, unknown>> | undefined,
): ChatRequest {
  const { temperature, maxTokens } = asked ?? {};
  const validTemperature = typeof temperature === 'number' && temperature >= 0 && temperature <= 2;
  const validLength = typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens > 0;
  return {
    ...request,
    sampling: { ...request.sampling, ...(validTemperature && { temperature }) },
    stop: { ...request.stop, ...(validLength && { maxTokens }) },
  };
}
