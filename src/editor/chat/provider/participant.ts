import * as vscode from 'vscode';
import { chatParticipant } from '../../../contract/contributions/index.js';
import { settings, type Attachment, type ChatMessage } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { rangeOf, wholeFile } from '../context/attachments.js';
import type { Excluding } from '../context/file-search.js';
import { failureOf } from '../core/failure.js';
import { questionText } from '../core/prompt.js';
import { chatRequest, troubleOf } from '../engine-port.js';
import { orAborted } from '../later.js';
import type { Answers } from './answers.js';
import { signalOf } from './signal.js';

/** What `@sparse` is built on. */
export interface ParticipantParts {
  readonly ctx: Ctx;
  readonly answers: Answers;
  readonly exclusion: Excluding;
}

/** `@sparse` in VS Code's chat: the local model answers, with the references as context. */
export function registerParticipant(parts: ParticipantParts): void {
  const participant = vscode.chat.createChatParticipant(
    chatParticipant.id,
    (request, context, stream, token) => answer(parts, request, context, stream, signalOf(token)),
  );
  participant.iconPath = new vscode.ThemeIcon('comment-discussion');
  parts.ctx.extension.subscriptions.push(participant);
}

async function answer(
  parts: ParticipantParts,
  request: Pick<vscode.ChatRequest, 'prompt' | 'references'>,
  context: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<vscode.ChatResult> {
  const { ctx, answers } = parts;
  try {
    if (!ctx.engine.model) stream.progress(vscode.l10n.t('Loading the model'));
    const model = await orAborted(ctx.engine.readyAgain(), signal);
    const messages = await conversation(parts, request, context, stream);
    const asked = chatRequest(ctx, model, messages);
    const onText = (text: string) => stream.markdown(text);
    const { timings, stopReason, tokens } = await answers.stream('participant', asked, onText, signal);
    return {
      metadata: { tokensPerSecond: timings.tokensPerSecond, stopReason, promptTokens: tokens.prompt },
    };
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.code === 'cancelled') return {};
    return { errorDetails: { message: failureOf(trouble).message } };
  }
}

async function conversation(
  { ctx, exclusion }: ParticipantParts,
  request: Pick<vscode.ChatRequest, 'prompt' | 'references'>,
  context: vscode.ChatContext,
  stream: Pick<vscode.ChatResponseStream, 'markdown'>,
): Promise<readonly ChatMessage[]> {
  const system = ctx.settings.get(settings.chat.systemPrompt);
  const attachments = await Promise.all(
    request.references.map(async ({ value }) => {
      const excluded = await excludedFile(value, exclusion);
      if (excluded === undefined) return await attached(value);
      const why = vscode.l10n.t(
        '{0} was left out: it is ignored by git, holds secrets or is excluded by a setting.',
        excluded,
      );
      stream.markdown(`_${why}_\n\n`);
      return undefined;
    }),
  );
  const known = attachments.filter((attachment) => attachment !== undefined);
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system' as const, text: system }]),
    ...context.history.flatMap(turn),
    { role: 'user', text: questionText({ text: request.prompt, attachments: known }) },
  ];
}

/** The path of a reference's file that must not enter a prompt: VS Code also attaches what happens to be open. */
async function excludedFile(value: unknown, exclusion: Excluding): Promise<string | undefined> {
  const uri = value instanceof vscode.Location ? value.uri : value;
  if (!(uri instanceof vscode.Uri) || !(await exclusion.excludes(uri))) return undefined;
  return vscode.workspace.asRelativePath(uri, false);
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
