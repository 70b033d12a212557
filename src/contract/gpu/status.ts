/** Whether models run on a GPU here, and what could be done about it where they don't. */
export type GpuStatus =
  /** `words`: which GPU. */
  | { readonly kind: 'in-use'; readonly words: string }
  /** `words`: why the processor does the work, in one line. `offer`: what can be fetched to change that. */
  | { readonly kind: 'processor'; readonly words: string; readonly offer: GpuOffer | null };

/** A CUDA part that fits this machine and is not on it. Bytes. */
export interface GpuOffer {
  readonly gpu: string;
  readonly downloadBytes: number;
  readonly diskBytes: number;
}

/** Under this id the download of the CUDA part tells its progress. */
export const gpuDownloadId = 'gpu-support';

/** The CUDA part is complete on this machine; the engine takes it at its next start. */
export interface InstalledGpuSupport {
  readonly folder: string;
}
