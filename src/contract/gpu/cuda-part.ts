/**
 * The CUDA part of one release: what the extension fetches after installation on a machine with an NVIDIA GPU, as
 * `npm run package:cuda` made it. Sizes in bytes.
 */
export interface CudaPart {
  /** For which platform, e.g. `linux-x64`. */
  readonly platform: string;
  /** Version of the extension it was released with. */
  readonly version: string;
  /** Name of the archive (zip) on the release page. */
  readonly fileName: string;
  readonly size: number;
  /** Of the archive; lower-case hex. */
  readonly sha256: string;
  /** What the archive holds; nothing else is taken out of it. */
  readonly files: readonly CudaPartFile[];
  /** Compute capabilities it has kernels for, times ten: 75 is Turing. Ascending. */
  readonly capabilities: readonly number[];
  /** Major version of the oldest driver that its CUDA runtime works with. */
  readonly minimumDriver: number;
}

export interface CudaPartFile {
  readonly name: string;
  readonly size: number;
}

/** Where the archives of a release lie. */
export interface CudaRelease {
  /** Address of an archive; `{version}` and `{file}` stand for those of the part. */
  readonly urlTemplate: string;
  readonly parts: readonly CudaPart[];
}

/** Name of the record inside the archive, beside the libraries. */
export const cudaRecordName = 'sparse-pilot-cuda.json';
