import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CompletionRequest } from '../../contract/completion.js';
import { completionCommands } from '../../contract/contributions/index.js';
import { settings, type Setting } from '../../contract/settings/index.js';
import { register } from '../commands/register.js';
import type { Ctx } from '../ctx.js';
import { exportRecord, exportRequest, openJson } from './commands/export.js';
import { snooze, toggle, toggleLanguage } from './commands/switching.js';
import { explainLast } from './commands/why.js';
import { ContextGatherer } from './context/gatherer.js';
import { Exclusion } from './context/exclusion.js';
import { CompletionPipeline } from './core/pipeline.js';
import type { RecordLog } from './core/records/record.js';
import { windowLimits } from './core/situation.js';
import { TreeSitter } from './core/syntax/tree-sitter.js';
import { placesOf } from './edits.js';
import { ServiceEngine } from './engine.js';
import { IdlePreparation } from './idle.js';
import { showExample } from './commands/example.js';
import { refuseReadOnly } from './commands/read-only.js';
import { asking, InlineProvider, type AskAt } from './provider.js';
import { StatisticsStore } from './statistics/store.js';
import { AcceptanceTracker } from './statistics/tracker.js';
import type { Switches } from './switches.js';

function registerCommands(
  ctx: Ctx,
  pipeline: CompletionPipeline,
  switches: Switches,
  statistics: StatisticsStore,
  tracker: AcceptanceTracker,
  askAt: AskAt,
): void {
  register(ctx, completionCommands.trigger, () =>
    vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
  );
  register(ctx, completionCommands.example, () => showExample());
  register(ctx, completionCommands.refuseReadOnly, () => refuseReadOnly(pipeline, askAt));
  register(ctx, completionCommands.toggle, () => toggle(ctx));
  register(ctx, completionCommands.toggleLanguage, () => toggleLanguage(ctx));
  register(ctx, completionCommands.snooze, () => snooze(switches));
  register(ctx, completionCommands.wakeUp, () => switches.wakeUp());
  register(ctx, completionCommands.why, () => explainLast(pipeline.records.all, exportRecord));
  register(ctx, completionCommands.exportRequest, () => exportRequest(pipeline.records.all));
  register(ctx, completionCommands.exportStatistics, () => openJson(statistics.statistics));
  register(ctx, completionCommands.eraseStatistics, () => statistics.erase());
  register(ctx, completionCommands.accepted, (id) => {
    if (typeof id === 'string') tracker.accepted(id);
  });
}

/** Tells the pipeline and the statistics of every change in the file that is being edited. */
function watchEdits(ctx: Ctx, pipeline: CompletionPipeline, tracker: AcceptanceTracker): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.contentChanges.length === 0) return;
    if (event.document !== vscode.window.activeTextEditor?.document) return;
    tracker.edited(event);
    const here = ctx.settings.at(event.document);
    const limits = windowLimits({
      promptTokens: here.get(settings.completion.promptTokens),
      suffixTokens: here.get(settings.completion.suffixTokens),
    });
    const places = placesOf(event, limits);
    if (places === undefined) pipeline.stop();
    else pipeline.edited(...places);
  });
}

/** The request of a suggestion, not sent. */
export type RequestAt = (
  document: vscode.TextDocument,
  position: vscode.Position,
  signal: AbortSignal,
) => Promise<CompletionRequest>;

/** What was suggested under other values of these would not be suggested now. */
const shapingSettings: readonly Setting<unknown>[] = [
  settings.mode,
  ...Object.values(settings.completion),
  ...Object.values(settings.sparsity),
  ...Object.values(settings.correction),
  ...Object.values(settings.quality),
];

/** What other features may read of inline completion. */
export interface RegisteredCompletion {
  readonly records: RecordLog;
  readonly statistics: StatisticsStore;
  readonly exclusion: Exclusion;
  /** What the engine would be asked for a suggestion at a place. */
  readonly requestAt: RequestAt;
}

/** Inline completion: the provider, what it watches, and its commands. */
export function registerCompletion(ctx: Ctx, switches: Switches): RegisteredCompletion {
  const grammars = join(ctx.extension.extensionPath, 'dist', 'wasm');
  const pipeline = new CompletionPipeline({
    engine: new ServiceEngine(ctx.engine),
    syntax: new TreeSitter(grammars, (problem) => ctx.log.warn(problem)),
  });
  const statistics = new StatisticsStore(ctx.extension.globalState);
  ctx.firstSteps.noticeTaken(statistics.statistics);
  const tracker = new AcceptanceTracker(statistics);
  const exclusion = new Exclusion(ctx.settings);
  const context = new ContextGatherer(exclusion, ctx.log);
  const askAt = asking(ctx, context);
  const provider = new InlineProvider(
    pipeline,
    askAt,
    async (document, trigger) =>
      (await exclusion.excludes(document.uri))
        ? 'excluded-file'
        : trigger === 'automatic'
          ? switches.refusal(document)
          : undefined,
    (...shown) => tracker.show(...shown),
    () => ctx.engine.model !== undefined,
  );
  ctx.extension.subscriptions.push(
    switches,
    statistics,
    tracker,
    exclusion,
    context,
    new IdlePreparation({ ctx, pipeline, context, exclusion, switches, askAt }),
    vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
    watchEdits(ctx, pipeline, tracker),
    vscode.window.onDidChangeActiveTextEditor(() => pipeline.stop()),
    switches.onChange(() => pipeline.stop()),
    ctx.settings.onChange(shapingSettings, () => {
      pipeline.forget();
      context.forget();
    }),
    statistics.onChange((counts) => ctx.firstSteps.noticeTaken(counts)),
    ctx.engine.onState((state) => {
      if (state.kind === 'loading') pipeline.forget();
      else provider.loaded();
    }),
  );
  registerCommands(ctx, pipeline, switches, statistics, tracker, askAt);
  const requestAt: RequestAt = (document, position, signal) =>
    pipeline.requestFor(askAt(document, position, { trigger: 'invoked' }), signal);
  return { records: pipeline.records, statistics, exclusion, requestAt };
}
