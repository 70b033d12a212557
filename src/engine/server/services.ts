import type { ModelDownloadEvent, MeasuringProgress } from '../../contract/index.js';
import type { EngineLog } from '../host/engine-log.js';
import type { GpuSupport } from '../gpu/support.js';
import type { ModelHost } from '../host/model-host.js';
import type { SpeedCache } from '../host/speed-cache.js';
import type { GenerationServices } from '../generation/run-generation.js';
import type { ModelStore } from '../models/store.js';

/** What the handlers share. */
export interface Services extends GenerationServices {
  readonly host: ModelHost;
  readonly store: ModelStore;
  readonly gpuSupport: GpuSupport;
  readonly speeds: SpeedCache;
  readonly log: EngineLog;
  /** Folder of the sparsity profiles. */
  readonly profiles: string;
  /** Progress of the measurement that is running. */
  readonly onProgress: (progress: MeasuringProgress) => void;
  readonly onDownload: (event: ModelDownloadEvent) => void;
}
