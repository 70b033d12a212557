import * as vscode from 'vscode';
import type { EngineState, LoadModelRequest, ModelInfo } from '../../contract/engine-info.js';
import { settings } from '../../contract/settings/index.js';
import { EngineClient, type LogLine } from '../../engine/client/index.js';
import type { SettingsReader } from '../settings/reader.js';
import type { ModelPlace } from '../models/place.js';

/** Finds the model the settings ask for. */
export interface ModelLocator {
  /** Where the chosen model is, or why there is none yet. */
  locate(): Promise<ModelPlace>;
}

/** A model is needed and there is none: it was not chosen, not downloaded, or is gone. */
export class NoModelError extends Error {
  public override readonly name = 'NoModelError';
}

const loadSettings = [
  settings.models.model,
  settings.models.file,
  settings.models.folder,
  settings.engine.threads,
  settings.engine.gpuLayers,
  settings.engine.sparseLayouts,
  settings.chat.contextSize,
];

const samePlace = (left: LoadModelRequest, right: LoadModelRequest) =>
  JSON.stringify(left) === JSON.stringify(right);

/**
 * The engine as the editor sees it: one client, the chosen model in it, loaded on first use and again when a setting that
 * matters to it changes.
 */
export class EngineService implements vscode.Disposable {
  public readonly client: EngineClient;
  private readonly stateEmitter = new vscode.EventEmitter<EngineState>();
  /** Every change of the engine's state. */
  public readonly onState = this.stateEmitter.event;
  private readonly watching: vscode.Disposable;
  private loading: { readonly load: LoadModelRequest; readonly model: Promise<ModelInfo> } | undefined;
  private loaded: { readonly load: LoadModelRequest; readonly model: ModelInfo } | undefined;

  public constructor(
    entry: string,
    private readonly locator: ModelLocator,
    private readonly settings: SettingsReader,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.client = new EngineClient({ entry, env: engineEnvironment(settings) });
    this.client.onLog((line) => this.write(line));
    this.client.onState((state) => {
      if (state.kind === 'unloaded' || state.kind === 'error') this.loaded = undefined;
      this.stateEmitter.fire(state);
    });
    this.watching = settings.onChange(loadSettings, () => this.onLoadSettingsChanged());
  }

  public get state(): EngineState {
    return this.client.state;
  }

  /** The model in memory, if one is ready to answer. */
  public get model(): ModelInfo | undefined {
    const { state } = this.client;
    return state.kind === 'ready' || state.kind === 'working' ? state.model : undefined;
  }

  /**
   * The chosen model, in memory. Joins a load under way.
   * @throws NoModelError where none is chosen or it is not on this machine
   * @throws EngineError where the engine refuses it
   */
  public async ready(): Promise<ModelInfo> {
    if (this.loading !== undefined) return await this.loading.model;
    if (this.loaded !== undefined && this.model !== undefined) return this.loaded.model;
    const place = await this.locator.locate();
    if (place.kind !== 'present') throw new NoModelError(place.reason);
    return await this.load({
      path: place.path,
      id: place.id,
      threads: this.threads(),
      gpuLayers: this.settings.get(settings.engine.gpuLayers),
      sparseLayouts: this.settings.get(settings.engine.sparseLayouts),
      ...this.contextSize(),
    });
  }

  /** Starts loading the chosen model if that is not done already; what goes wrong is shown by the state. */
  public warmUp(): void {
    this.ready().catch((error: unknown) => this.log.debug(`Not loaded: ${String(error)}`));
  }

  public async unload(): Promise<void> {
    this.loaded = undefined;
    await this.client.unloadModel();
  }

  public async restart(): Promise<void> {
    this.loaded = undefined;
    this.loading = undefined;
    await this.client.restart();
    await this.ready();
  }

  public dispose(): void {
    this.watching.dispose();
    this.stateEmitter.dispose();
    void this.client.dispose();
  }

  private async load(load: LoadModelRequest): Promise<ModelInfo> {
    if (this.loading !== undefined && samePlace(this.loading.load, load)) return await this.loading.model;
    this.log.info(`Loading ${load.path}`);
    const model = this.client.loadModel(load);
    const loading = { load, model };
    this.loading = loading;
    try {
      const answer = await model;
      this.loaded = { load, model: answer };
      this.log.info(`Loaded ${answer.name}: ${answer.layers} layers, context ${answer.contextSize}`);
      return answer;
    } finally {
      if (this.loading === loading) this.loading = undefined;
    }
  }

  private threads(): number {
    return this.settings.get(settings.engine.threads);
  }

  private contextSize(): Pick<LoadModelRequest, 'contextSize'> {
    const size = this.settings.get(settings.chat.contextSize);
    return size > 0 ? { contextSize: size } : {};
  }

  private onLoadSettingsChanged(): void {
    const wasInUse = this.loaded !== undefined || this.loading !== undefined;
    this.loaded = undefined;
    this.loading = undefined;
    if (wasInUse) this.warmUp();
  }

  private write({ level, message }: LogLine): void {
    this.log[level](message);
  }
}

/** Variables the engine process reads at its start. */
function engineEnvironment(reader: SettingsReader): Readonly<Record<string, string>> {
  const binaries = reader.get(settings.engine.binaries);
  return binaries === '' ? {} : { SPARSE_PILOT_BINARIES: binaries };
}
