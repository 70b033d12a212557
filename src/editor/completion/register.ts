import * as vscode from 'vscode';
import { completionCommands } from '../../contract/contributions/index.js';
import type { Ctx } from '../ctx.js';
import { register } from '../commands/register.js';
import { CompletionPipeline } from './core/pipeline.js';
import { ServiceEngine } from './engine.js';
import { InlineProvider } from './provider.js';
import type { Switches } from './switches.js';

/** Inline completion: provider, change tracking and commands. */
export function registerCompletion(ctx: Ctx, switches: Switches): void {
  const pipeline = new CompletionPipeline({ engine: new ServiceEngine(ctx.engine) });
  const provider = new InlineProvider(
    ctx,
    pipeline,
    switches,
    { gather: () => Promise.resolve([]) },
    () => undefined,
  );
  ctx.extension.subscriptions.push(
    switches,
    vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
  );
  register(ctx, completionCommands.trigger, () =>
    vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
  );
}
