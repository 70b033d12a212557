import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { EngineError } from '../../engine-error.js';
import { GgufFormatError } from './byte-reader.js';
import { readGgufHeader, type GgufHeader } from './header.js';

/**
 * Refuses a model file before any native code sees it.
 * @param architectures names the native build can run; every one when absent
 * @throws EngineError `model-not-found`, `model-not-gguf`, `model-truncated`, `model-unsupported`
 */
export function checkModelFile(path: string, architectures?: ReadonlySet<string>): GgufHeader {
  const file = basename(path);
  const size = fileSize(path, file);
  if (size === 0) throw new EngineError('model-not-gguf', `${file} is empty.`, 'Download the model again.');
  const header = readHeader(path, file);
  if (header.claimedSize > header.fileSize)
    throw new EngineError(
      'model-truncated',
      `${file} is incomplete: ${header.fileSize} of ${header.claimedSize} bytes are there.`,
      'Download the model again.',
    );
  if (header.architecture === '' || header.tensors === 0)
    throw new EngineError(
      'model-unsupported',
      `${file} holds no model (${header.tensors} tensors, architecture "${header.architecture}").`,
      'Choose another model.',
    );
  if (architectures !== undefined && !architectures.has(header.architecture))
    throw new EngineError(
      'model-unsupported',
      `${file} has the architecture "${header.architecture}", which this llama.cpp cannot run.`,
      'Choose another model.',
    );
  return header;
}

function fileSize(path: string, file: string): number {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return stats.size;
  } catch {
    throw new EngineError('model-not-found', `There is no file ${path}.`, 'Choose or download a model.');
  }
  throw new EngineError('model-not-found', `${file} is not a file.`, 'Choose a GGUF file.');
}

function readHeader(path: string, file: string): GgufHeader {
  try {
    return readGgufHeader(path);
  } catch (error) {
    if (!(error instanceof GgufFormatError))
      throw new EngineError(
        'model-not-found',
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    if (error.kind === 'truncated')
      throw new EngineError(
        'model-truncated',
        `${file} is incomplete: ${error.message}.`,
        'Download it again.',
      );
    throw new EngineError(
      'model-not-gguf',
      `${file} is not a usable GGUF file: ${error.message}.`,
      'Choose another file.',
    );
  }
}
