import {
  publishedCuda,
  type CudaPart,
  type CudaRelease,
  type DownloadProgress,
  type GpuStatus,
  type InstalledGpuSupport,
} from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { environmentHttp, type Http } from '../models/download/http.js';
import { downloadCudaPart } from './download.js';
import { probeDriver, type Driver } from './driver.js';
import { builtCudaFolder, gpuFolder } from './folders.js';
import { cudaOnDisk } from './installed.js';
import { planGpu, supportedPlatform, type GpuPlan } from './plan.js';

export interface GpuSupportOptions {
  /** Where fetched parts are kept. */
  readonly root: string;
  readonly release: CudaRelease | null;
  readonly http: Http;
  readonly probe: () => Promise<Driver>;
  readonly platform: string;
  /** A part built in this checkout, which comes before a fetched one. */
  readonly built: string | undefined;
}

const notAsked: Driver = { kind: 'none', reason: 'the NVIDIA driver was not asked' };

/** The CUDA part of this machine: what a start of the native part does with it, and how it gets here. */
export class GpuSupport {
  readonly #options: GpuSupportOptions;

  constructor(options: GpuSupportOptions) {
    this.#options = options;
  }

  static ofThisMachine(environment: NodeJS.ProcessEnv): GpuSupport {
    return new GpuSupport({
      root: gpuFolder(environment),
      release: publishedCuda,
      http: environmentHttp(),
      probe: () => probeDriver(),
      platform: `${process.platform}-${process.arch}`,
      built: builtCudaFolder(),
    });
  }

  async plan(): Promise<GpuPlan> {
    const { root, probe, platform, built } = this.#options;
    const part = this.#part();
    // a start waits for the answer: not where nothing follows from it
    const asked = platform === supportedPlatform ? probe() : notAsked;
    const [onDisk, driver] = await Promise.all([cudaOnDisk(root, part, built), asked]);
    return planGpu({ platform, part, onDisk, driver });
  }

  /**
   * Fetches the part where this machine can use it and has not got it.
   * @throws EngineError `not-built-yet` with the reason where there is nothing to fetch; else as of `downloadCudaPart`
   */
  async get(
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<InstalledGpuSupport> {
    const { release, root, http } = this.#options;
    const plan = await this.plan();
    if (plan.kind === 'load') return { folder: plan.folder };
    const part = this.#part();
    if (plan.offer === null || release === null || part === null)
      throw new EngineError('not-built-yet', `There is no GPU support to get: ${plan.words}.`);
    return await downloadCudaPart(release, part, { root, http, signal, onProgress });
  }

  #part(): CudaPart | null {
    const { release, platform } = this.#options;
    return release?.parts.find((part) => part.platform === platform) ?? null;
  }
}

/**
 * What became of a plan once the native part was loaded.
 * @param backend name of the GPU backend that found a device; null: none did
 */
export function statusOf(plan: GpuPlan, backend: string | null): GpuStatus {
  if (plan.kind === 'processor')
    return backend === null ? plan : { kind: 'in-use', words: `${backend} (stock build)` };
  if (backend !== null) return { kind: 'in-use', words: `${plan.gpu} (${backend})` };
  return {
    kind: 'processor',
    words: `GPU support was loaded but found no usable GPU (${plan.gpu}): is the driver in order? The model runs on the processor`,
    offer: null,
  };
}
