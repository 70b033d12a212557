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

/** A request's name, carrying its parameter and result types. */
export interface Request<P, R> {
  readonly method: string;
  readonly [types]?: (params: P) => R;
}

/** A notification's name, carrying its parameter type. */
export interface Notification<P> {
  readonly method: string;
  readonly [types]?: (params: P) => void;
}

const request = <P, R>(method: string): Request<P, R> => ({ method });
const notification = <P>(method: string): Notification<P> => ({ method });

/** Editor or command line -> engine. Every request can be cancelled (JSON-RPC `$/cancelRequest`). */
export const requests = {
  hello: request<{ readonly protocolVersion: number }, EngineInfo>('engine/hello'),
  state: request<null, EngineState>('engine/state'),
  loadModel: request<LoadModelRequest, ModelInfo>('model/load'),
  unloadModel: request<null, null>('model/unload'),
  /** Works without a loaded model. */
  listModels: request<null, ModelListing>('models/list'),
  /** Downloads a catalogue model (resuming an interrupted download); progress comes as `models/download`. Cancel keeps the partial file. */
  downloadModel: request<{ readonly id: string }, DownloadedModel>('models/download'),
  /**
   * Downloads the CUDA part of this release, where this machine can use it; progress comes as `models/downloadProgress` of
   * `gpuDownloadId`. Cancel keeps the partial file. The engine takes it at its next start.
   */
  getGpuSupport: request<null, InstalledGpuSupport>('gpu/download'),
  tokenize: request<{ readonly text: string }, { readonly ids: readonly number[] }>('text/tokenize'),
  detokenize: request<{ readonly ids: readonly number[] }, { readonly text: string }>('text/detokenize'),
  generate: request<GenerateRequest, GenerateResult>('generate/text'),
  complete: request<CompletionRequest, GenerateResult>('generate/completion'),
  chat: request<ChatRequest, GenerateResult>('generate/chat'),
  chatUsage: request<Pick<ChatRequest, 'messages' | 'stop'>, ChatUsage>('chat/usage'),
  sweep: request<SweepRequest, BenchReport>('measure/sweep'),
  /** Works without a loaded model. */
  calibrationSources: request<{ readonly folder: string }, CalibrationSources>('measure/sources'),
  calibrate: request<CalibrateRequest, CalibrateResult>('measure/calibrate'),
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
