import type { CudaRelease } from './cuda-part.js';

/** The CUDA part of this release; null: none was published yet. Written by `npm run package:cuda`. */
export const publishedCuda: CudaRelease | null = null;
