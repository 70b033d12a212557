import { freemem, totalmem } from 'node:os';
import { basename } from 'node:path';
import type { LoadModelRequest } from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { checkModelFile } from '../models/gguf/check.js';
import type { GgufHeader } from '../models/gguf/header.js';
import { knownArchitectures } from './architectures.js';
import type { HashCache, HashOptions } from './file-hash.js';

/** What is known of a model file before its weights are read. */
export interface CheckedFile {
  readonly header: GgufHeader;
  readonly sha256: string;
}

/**
 * Reads a model file's header and hash.
 * @param hasGpu whether a part of it may lie outside this machine's memory
 * @throws EngineError `model-*`; what an aborted read throws
 */
export async function checkFile(
  { path, expectedSha256 }: LoadModelRequest,
  hasGpu: boolean,
  hashes: HashCache,
  options: HashOptions,
): Promise<CheckedFile> {
  const header = checkModelFile(path, knownArchitectures);
  if (!hasGpu) refuseTooLarge(header, path);
  const sha256 = await hashes.sha256(path, options);
  refuseWrongHash(path, sha256, expectedSha256?.toLowerCase());
  return { header, sha256 };
}

function refuseTooLarge({ fileSize }: GgufHeader, path: string): void {
  if (fileSize < totalmem() * 0.95) return;
  throw new EngineError(
    'model-too-large',
    `${basename(path)} has ${gigabytes(fileSize)}, this machine ${gigabytes(totalmem())} of memory (${gigabytes(freemem())} free).`,
    'Choose a smaller model or a stronger quantisation.',
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

function refuseWrongHash(path: string, sha256: string, expected: string | undefined): void {
  if (expected === undefined || expected === sha256) return;
  throw new EngineError(
    'model-hash-mismatch',
    `${basename(path)} is not the file it should be: its SHA-256 is ${sha256}, expected ${expected}.`,
    'Delete it and download the model again.',
  );
}
