import * as vscode from 'vscode';
import type { Ctx } from '../ctx.js';
import type { ContextGatherer } from './context/gatherer.js';
import type { Exclusion } from './context/exclusion.js';
import type { Ask } from './core/ask.js';
import type { CompletionPipeline } from './core/pipeline.js';
import { isWritable } from './document.js';
import type { Switches } from './switches.js';

/** So long after the last change or movement the user counts as idle, in milliseconds. */
const idleAfterMs = 1500;

/** What is needed to prepare the engine for the place where the user paused. */
export interface IdleParts {
  readonly ctx: Ctx;
  readonly pipeline: CompletionPipeline;
  readonly context: ContextGatherer;
  readonly exclusion: Exclusion;
  readonly switches: Switches;
  readonly askAt: (document: vscode.TextDocument, position: vscode.Position) => Ask;
}

/** While the user pauses: looks for better context, and has the prompt evaluated so that the next request finds it warm. */
export class IdlePreparation implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private running = new AbortController();
  private lastPlace = '';
  private readonly subscriptions = [
    vscode.window.onDidChangeActiveTextEditor(() => this.busy()),
    vscode.window.onDidChangeTextEditorSelection(() => this.busy()),
  ];

  public constructor(private readonly parts: IdleParts) {}

  public dispose(): void {
    clearTimeout(this.timer);
    this.running.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private busy(): void {
    clearTimeout(this.timer);
    this.running.abort();
    this.timer = setTimeout(() => void this.prepare(), idleAfterMs);
  }

  private async prepare(): Promise<void> {
    const { ctx, pipeline, context, exclusion, switches, askAt } = this.parts;
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || ctx.engine.state.kind !== 'ready') return;
    const { document, selection } = editor;
    if (!isWritable(document) || switches.refusal(document) !== undefined) return;
    if (await exclusion.excludes(document.uri)) return;
    const { signal } = (this.running = new AbortController());
    const position = selection.active;
    const better = await context.better(document, position, ctx.settings.at(document), signal);
    const place = `${document.uri.toString()} ${Math.floor(position.line / 16)}`;
    if (signal.aborted || (better === undefined && place === this.lastPlace)) return;
    const ask = askAt(document, position);
    const warm = await pipeline.warm(
      better === undefined ? ask : { ...ask, gather: () => Promise.resolve(better) },
      signal,
    );
    // Context that the engine has not evaluated to its end would cost the next key a whole prompt.
    if (!warm) return;
    this.lastPlace = place;
    if (better !== undefined) context.adopt(document, position, better);
  }
}
