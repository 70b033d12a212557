import path from 'node:path';
import { nativeFolder, platformName, workFolder } from '../native/paths.js';

/** Where a CUDA build lands: beside native/bins and never in it, so that packaging the extension cannot take it. */
export const cudaBinsFolder = path.join(nativeFolder, 'cuda-bins', platformName);

/** Scratch space of CUDA builds. Safe to delete. */
export const cudaWork = path.join(workFolder, 'cuda');
