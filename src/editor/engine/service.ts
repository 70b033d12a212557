import * as vscode from 'vscode';
import type { EngineState, LoadModelRequest, ModelInfo } from '../../contract/engine-info.js';
import type { EngineErrorCode } from '../../contract/errors.js';
import { settings } from '../../contract/settings/index.js';
import { EngineClient, EngineError, type LogLine } from '../../engine/client/index.js';
import type { SettingsReader } from '../settings/reader.js';
import type { MissingModel, ModelPlace } from '../models/place.js';
import { wordedState } from './error-words.js';
import { FailedLoad } from './failed-load.js';
import { onProxyChange, proxyEnvironment } from './proxy.js';
import { SharedLoad } from './shared-load.js';

/** Finds the model the settings ask for. */
export interface ModelLocator {
  /** Where the chosen model is, or why there is none yet. */
  locate(): Promise<ModelPlace>;
}

/** A model is needed and there is none: it was not chosen, not downloaded, or is gone. */
export class NoModelError extends Error {
  public override readonly name = 'NoModelError';

  public constructor(public readonly place: MissingModel) {
    super(place.reason);
  }
}

const loadSettings = [
  settings.models.model,
  settings.models.file,
  settings.engine.threads,
  settings.engine.gpuLayers,
  settings.engine.sparseLayouts,
  settings.engine.idleUnloadMinutes,
  settings.chat.contextSize,
];

/** Settings that a process is given when it starts. */
const startSettings = [settings.models.folder, settings.engine.binaries];

/**
 * The engine as the editor sees it: one client, the chosen model in it, loaded on first use and again when a setting that
 * matters to it changes.
 */
export class EngineService implements vscode.Disposable {
  public readonly client: EngineClient;
  private readonly missingEmitter = new vscode.EventEmitter<MissingModel>();
  /** A model was needed and is not on this machine. */
  public readonly onMissing = this.missingEmitter.event;
  private readonly stateEmitter = new vscode.EventEmitter<EngineState>();
  /** Every change of the engine's state. */
  public readonly onState = this.stateEmitter.event;
  private readonly chosenEmitter = new vscode.EventEmitter<void>();
  /** Another model was chosen, or settings that decide how it is loaded: what failed before may work now. */
  public readonly onChosen = this.chosenEmitter.event;
  /** Read by the client whenever it starts a process. */
  private environment: Readonly<Record<string, string>>;
  private readonly watching: readonly vscode.Disposable[];
  private readonly loads = new SharedLoad<ModelInfo>();
  /** What the client keeps loaded, across crashes of the engine. */
  private kept: LoadModelRequest | undefined;
  private readonly failed = new FailedLoad();

  public constructor(
    entry: string,
    private readonly locator: ModelLocator,
    private readonly settings: SettingsReader,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.environment = engineEnvironment(settings);
    this.client = new EngineClient({ entry, env: () => this.environment });
    this.client.onLog((line) => this.write(line));
    this.client.onState((state) => {
      if (state.kind === 'unloaded' && !this.loads.running) this.kept = undefined;
      this.stateEmitter.fire(wordedState(state));
    });
    this.watching = [
      settings.onChange(loadSettings, () => this.onLoadSettingsChanged()),
      settings.onChange(startSettings, () => void this.onStartSettingsChanged()),
      onProxyChange(() => void this.onStartSettingsChanged()),
    ];
  }

  /** Errors are in the user's language. */
  public get state(): EngineState {
    return wordedState(this.client.state);
  }

  /** The model in memory, if one is ready to answer. */
  public get model(): ModelInfo | undefined {
    const { state } = this.client;
    return state.kind === 'ready' || state.kind === 'working' ? state.model : undefined;
  }

  /**
   * The chosen model, in memory. Joins a load under way, and the next one where another model is chosen meanwhile; where the last
   * load failed, fails alike without another.
   * @throws NoModelError where none is chosen or it is not on this machine
   * @throws EngineError where the engine refuses it; `cancelled` after {@link cancelLoad}
   */
  public async ready(): Promise<ModelInfo> {
    if (!this.loads.running) {
      if (this.kept !== undefined && this.model !== undefined) return this.model;
      this.failed.check();
    }
    return await this.loads.join((signal) => this.keptOrChosen(signal));
  }

  /** {@link ready} for what the user asked for: a load that failed before is tried again. */
  public async readyAgain(): Promise<ModelInfo> {
    if (!this.loads.running) this.failed.forget();
    return await this.ready();
  }

  /** Ends the load under way: what was before it is again, and the next request for the model loads it. */
  public cancelLoad(): void {
    this.loads.cancel();
    this.client.cancelLoad();
  }

  /** Why the last load failed, as far as it would fail again. */
  public get failure(): EngineErrorCode | undefined {
    return this.failed.code;
  }

  /** Starts loading the chosen model if that is not done already; what goes wrong is shown by the state. */
  public warmUp(): void {
    this.ready().catch((error: unknown) => this.log.debug(`Not loaded: ${String(error)}`));
  }

  public async unload(): Promise<void> {
    this.cancelLoad();
    this.kept = undefined;
    this.failed.forget();
    await this.client.unloadModel();
  }

  public async restart(): Promise<void> {
    this.loads.replace();
    await this.client.restart();
    await this.readyAgain();
  }

  public dispose(): void {
    for (const one of this.watching) one.dispose();
    this.missingEmitter.dispose();
    this.stateEmitter.dispose();
    this.chosenEmitter.dispose();
    void this.client.dispose();
  }

  private async keptOrChosen(signal: AbortSignal): Promise<ModelInfo> {
    const kept = this.kept === undefined ? null : await this.client.model();
    if (kept !== null) return this.model ?? kept;
    const place = await this.locator.locate();
    if (signal.aborted) throw new EngineError('cancelled', 'Loading was cancelled.');
    if (place.kind !== 'present') {
      this.missingEmitter.fire(place);
      throw new NoModelError(place);
    }
    const load: LoadModelRequest = {
      path: place.path,
      id: place.id,
      ...(place.expectedSha256 !== undefined && { expectedSha256: place.expectedSha256 }),
      ...this.threads(),
      idleUnloadMinutes: this.settings.get(settings.engine.idleUnloadMinutes),
      gpuLayers: this.settings.get(settings.engine.gpuLayers),
      sparseLayouts: this.settings.get(settings.engine.sparseLayouts),
      probe: 'first-use',
      contextSize: this.settings.get(settings.chat.contextSize),
    };
    return await this.load(load, signal);
  }

  private async load(load: LoadModelRequest, signal: AbortSignal): Promise<ModelInfo> {
    this.log.info(`Loading ${load.path}`);
    this.kept = load;
    try {
      const model = await this.failed.attempt(() => this.client.loadModel(load, signal));
      this.log.info(`Loaded ${model.name}: ${model.layers} layers, context ${model.contextSize}`);
      return model;
    } catch (error) {
      if (this.kept === load) this.kept = undefined;
      throw error;
    }
  }

  private threads(): Pick<LoadModelRequest, 'threads'> {
    const threads = this.settings.get(settings.engine.threads);
    return threads > 0 ? { threads } : {};
  }

  private onLoadSettingsChanged(): void {
    const wasInUse = this.kept !== undefined;
    this.kept = undefined;
    this.loads.replace();
    this.failed.forget();
    this.chosenEmitter.fire();
    if (wasInUse) this.warmUp();
  }

  private async onStartSettingsChanged(): Promise<void> {
    this.environment = engineEnvironment(this.settings);
    this.failed.forget();
    this.chosenEmitter.fire();
    if (this.client.info === null) return;
    this.kept = undefined;
    await this.restart().catch((error: unknown) => this.log.warn(String(error)));
  }

  private write({ level, message }: LogLine): void {
    this.log[level](message);
  }
}

/** Variables the engine process reads at its start. */
function engineEnvironment(reader: SettingsReader): Readonly<Record<string, string>> {
  return {
    ...proxyEnvironment(),
    SPARSE_PILOT_BINARIES: reader.get(settings.engine.binaries),
    SPARSE_PILOT_MODELS: reader.get(settings.models.folder),
  };
}
