import * as vscode from 'vscode';
import { chatParticipant } from '../../../contract/contributions/index.js';
import { requests, settings, type Attachment, type ChatMessage } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { rangeOf, wholeFile } from '../context/attachments.js';
import { failureOf } from '../core/failure.js';
import { questionText } from '../core/prompt.js';
import { chatRequest, troubleOf } from '../engine-port.js';
import { signalOf } from './signal.js';

/** `@sparse` in VS Code's chat: the local model answers, with the references as context. */
export function registerParticipant(ctx: Ctx): void {
  const participant = vscode.chat.createChatParticipant(
    chatParticipant.id,
    (request, context, stream, token) => answer(ctx, request, context, stream, token),
  );
  participant.iconPath = new vscode.ThemeIcon('comment-discussion');
  ctx.extension.subscriptions.push(participant);
}

async function answer(
  ctx: Ctx,
  request: Pick<vscode.ChatRequest, 'prompt' | 'references'>,
  context: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  try {
    if (!ctx.engine.model) stream.progress(vscode.l10n.t('Loading the model'));
    const model = await ctx.engine.readyAgain();
    const messages = await conversation(ctx, request, context);
    const result = await ctx.engine.client.stream(
      requests.chat,
      // This stream cannot take text back: only verified text goes into it.
      { ...chatRequest(ctx, model, messages), provisional: false },
      ({ text }) => stream.markdown(text),
      signalOf(token),
    );
    return { metadata: { tokensPerSecond: result.timings.tokensPerSecond, stopReason: result.stopReason } };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.code === 'cancelled') return {};
    return { errorDetails: { message: failureOf(trouble).message } };
  }
}

async function conversation(
  ctx: Ctx,
  request: Pick<vscode.ChatRequest, 'prompt' | 'references'>,
  context: vscode.ChatContext,
): Promise<readonly ChatMessage[]> {
  const system = ctx.settings.get(settings.chat.systemPrompt);
  const attachments = await Promise.all(request.references.map(({ value }) => attached(value)));
  const known = attachments.filter((attachment) => attachment !== undefined);
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system' as const, text: system }]),
    ...context.history.flatMap(turn),
    { role: 'user', text: questionText({ text: request.prompt, attachments: known }) },
  ];
}

function turn(past: vscode.ChatRequestTurn | vscode.ChatResponseTurn): readonly ChatMessage[] {
  if (past instanceof vscode.ChatRequestTurn) return [{ role: 'user', text: past.prompt }];
  const text = past.response
    .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ''))
    .join('');
  return text === '' ? [] : [{ role: 'assistant', text }];
}

async function attached(value: unknown): Promise<Attachment | undefined> {
  try {
    if (value instanceof vscode.Uri) return wholeFile(await vscode.workspace.openTextDocument(value));
    if (value instanceof vscode.Location) {
      return rangeOf(await vscode.workspace.openTextDocument(value.uri), value.range);
    }
  } catch {
    return undefined;
  }
  return undefined;
}
