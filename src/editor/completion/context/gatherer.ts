import type * as vscode from 'vscode';
import type { ContextChunk } from '../../../contract/completion.js';
import { settings } from '../../../contract/settings/index.js';
import type { SettingsHere } from '../../settings/reader.js';
import { selectChunks } from '../core/context/select.js';
import { clearlyBetter, SteadyContext } from '../core/context/steady.js';
import { gatherBoxed, type ContextSource } from '../core/context/time-box.js';
import { systemClock } from '../core/engine-port.js';
import { Definitions } from './definitions.js';
import { nearbyDiagnostics } from './diagnostics.js';
import { SeenDocuments } from './documents.js';
import { EditedPlaces } from './edits.js';
import type { Exclusion } from './exclusion.js';
import { Imports } from './imports.js';
import { visibleEditors } from './open-files.js';
import type { EditorPlace } from './place.js';
import { SimilarCode } from './similar.js';

const idleBoxMs = 400;

/** Everything outside of the file's own window that goes into prompts, chosen once for a neighbourhood. */
export class ContextGatherer implements vscode.Disposable {
  private readonly documents = new SeenDocuments();
  private readonly edited = new EditedPlaces();
  private readonly steady = new SteadyContext();
  private readonly definitions = new Definitions();
  private readonly sources: readonly ContextSource<EditorPlace>[] = [
    this.edited,
    new SimilarCode(this.documents),
    this.definitions,
    new Imports(),
    nearbyDiagnostics,
    visibleEditors,
  ];

  private readonly exclusionChanges: vscode.Disposable;

  public constructor(
    private readonly exclusion: Exclusion,
    private readonly log: vscode.LogOutputChannel,
  ) {
    // What is excluded from now on may stand in what was chosen before.
    this.exclusionChanges = exclusion.onChange(() => {
      this.definitions.forget();
      this.forget();
    });
  }

  /** The context for a prompt at a position: what is held for the place, or what can be found within 20 ms. */
  public async gather(
    document: vscode.TextDocument,
    position: vscode.Position,
    here: SettingsHere,
    signal: AbortSignal,
  ): Promise<readonly ContextChunk[]> {
    const place = { fileKey: document.uri.toString(), line: position.line };
    const held = this.steady.at(place);
    if (held !== undefined) return held;
    const chunks = await this.look(document, position, here, signal, undefined);
    if (!signal.aborted) this.steady.hold(place, chunks);
    return chunks;
  }

  /**
   * Looks again, at leisure, while nobody types. What it finds is not in use yet: see `adopt`.
   * @returns `undefined` when nothing clearly better than what is held was found
   */
  public async better(
    document: vscode.TextDocument,
    position: vscode.Position,
    here: SettingsHere,
    signal: AbortSignal,
  ): Promise<readonly ContextChunk[] | undefined> {
    const chunks = await this.look(document, position, here, signal, idleBoxMs);
    if (signal.aborted) return undefined;
    const held = this.steady.at({ fileKey: document.uri.toString(), line: position.line });
    return held === undefined || clearlyBetter(held, chunks) ? chunks : undefined;
  }

  /** Takes context into use for a neighbourhood, once the engine has evaluated it. */
  public adopt(
    document: vscode.TextDocument,
    position: vscode.Position,
    chunks: readonly ContextChunk[],
  ): void {
    this.steady.hold({ fileKey: document.uri.toString(), line: position.line }, chunks);
  }

  /** Chooses anew next time: other sources or another budget hold now. */
  public forget(): void {
    this.steady.drop();
  }

  public dispose(): void {
    this.exclusionChanges.dispose();
    this.documents.dispose();
    this.edited.dispose();
  }

  private async look(
    document: vscode.TextDocument,
    position: vscode.Position,
    here: SettingsHere,
    signal: AbortSignal,
    boxMs: number | undefined,
  ): Promise<readonly ContextChunk[]> {
    const wanted = here.get(settings.completion.contextSources);
    const found = await gatherBoxed(
      this.sources.filter((source) => wanted.includes(source.name)),
      { document, position, exclusion: this.exclusion },
      systemClock,
      signal,
      (name, problem) => this.log.debug(`Context from ${name}: ${problem}`),
      boxMs,
    );
    return selectChunks(found, here.get(settings.completion.contextTokens));
  }
}
