import { gpuDownloadId, type InstalledGpuSupport } from '../../../contract/index.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

/** Fetches the CUDA part; the next engine process takes it. */
export const getGpuSupport =
  ({ gpuSupport, onDownload }: Services): Handler<null, InstalledGpuSupport> =>
  (_nothing, signal) =>
    gpuSupport.get(signal, (progress) => onDownload({ id: gpuDownloadId, progress }));
