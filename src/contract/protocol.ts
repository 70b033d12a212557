import type { CalibrationSources } from './calibration.js';
import type { ChatRequest, ChatUsage } from './chat.js';
import type { CompletionRequest } from './completion.js';
import type { EngineInfo, EngineState, LiveSample, LoadModelRequest, ModelInfo } from './engine-info.js';
import type { GenerateDelta, GenerateRequest, GenerateResult } from './generation.js';
import type { InstalledGpuSupport } from './gpu/status.js';
import type {
  BenchReport,
  CalibrateRequest,
  CalibrateResult,
  MeasuringProgress,
  SweepRequest,
} from './measurement.js';
import type { DownloadedModel, ModelDownloadEvent, ModelListing } from './models.js';

/** Raised whenever a message changes shape; both sides refuse another version. */
export const protocolVersion = 1;

declare const types: unique symbol;

/** Whether a request is answered by the loaded model, or by the engine without one. */
export type Answerer = 'model' | 'engine';

/** A request's name, carrying its parameter and result types. */
export interface Request<P, R> {
  readonly method: string;
  /** `model`: the client loads the remembered model first where needed. `engine`: no load is begun or waited for. */
  readonly by: Answerer;
  readonly [types]?: (params: P) => R;
}

/** A notification's name, carrying its parameter type. */
export interface Notification<P> {
  readonly method: string;
  readonly [types]?: (params: P) => void;
}

const byEngine = <P, R>(method: string): Request<P, R> => ({ method, by: 'engine' });
const byModel = <P, R>(method: string): Request<P, R> => ({ method, by: 'model' });
const notification = <P>(method: string): Notification<P> => ({ method });

/** Editor or command line -> engine. Every request can be cancelled (JSON-RPC `$/cancelRequest`). */
export const requests = {
  hello: byEngine<{ readonly protocolVersion: number }, EngineInfo>('engine/hello'),
  state: byEngine<null, EngineState>('engine/state'),
  loadModel: byEngine<LoadModelRequest, ModelInfo>('model/load'),
  unloadModel: byEngine<null, null>('model/unload'),
  listModels: byEngine<null, ModelListing>('models/list'),
  /** Downloads a catalogue model (resuming an interrupted download); progress comes as `models/download`. Cancel keeps the partial file. */
  downloadModel: byEngine<{ readonly id: string }, DownloadedModel>('models/download'),
  /**
   * Downloads the CUDA part of this release, where this machine can use it; progress comes as `models/downloadProgress` of
   * `gpuDownloadId`. Cancel keeps the partial file. The engine takes it at its next start.
   */
  getGpuSupport: byEngine<null, InstalledGpuSupport>('gpu/download'),
  tokenize: byModel<{ readonly text: string }, { readonly ids: readonly number[] }>('text/tokenize'),
  detokenize: byModel<{ readonly ids: readonly number[] }, { readonly text: string }>('text/detokenize'),
  generate: byModel<GenerateRequest, GenerateResult>('generate/text'),
  complete: byModel<CompletionRequest, GenerateResult>('generate/completion'),
  chat: byModel<ChatRequest, GenerateResult>('generate/chat'),
  chatUsage: byModel<Pick<ChatRequest, 'messages' | 'stop'>, ChatUsage>('chat/usage'),
  sweep: byModel<SweepRequest, BenchReport>('measure/sweep'),
  calibrationSources: byEngine<{ readonly folder: string }, CalibrationSources>('measure/sources'),
  calibrate: byModel<CalibrateRequest, CalibrateResult>('measure/calibrate'),
} as const;

/** Engine -> editor or command line. */
export const notifications = {
  state: notification<EngineState>('engine/stateChanged'),
  delta: notification<GenerateDelta>('generate/delta'),
  live: notification<LiveSample>('engine/live'),
  /** Progress of the measurement that is running. */
  progress: notification<MeasuringProgress>('measure/progress'),
  download: notification<ModelDownloadEvent>('models/downloadProgress'),
  log: notification<{ readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }>(
    'engine/log',
  ),
} as const;
