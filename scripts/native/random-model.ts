import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from './paths.js';
import { runCommand } from './run-command.js';
import { buildTools } from './tool-programs.js';

export const shapeNames = ['tiny', '0.5B', '1.5B', '8B'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** Types of the matrices of a made model. */
export const quantNames = ['F16', 'Q8_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q4_K', 'Q5_K', 'Q6_K'] as const;
export type QuantName = (typeof quantNames)[number];

/**
 * A llama model of this shape with random weights, for speed work; made once and kept in `.cache/models`.
 * @param vocabulary a GGUF file whose tokenizer is copied
 * @returns the file's path
 */
export async function makeRandomModel(shape: ShapeName, quant: QuantName, vocabulary: string): Promise<string> {
  const folder = path.join(repositoryRoot, '.cache', 'models');
  const file = path.join(folder, `random-${shape}-${quant.toLowerCase()}.gguf`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const programs = await buildTools('patched', ['sp-make-random-gguf']);
  const partial = `${file}.part-${process.pid}`;
  try {
    await runCommand(path.join(programs, 'sp-make-random-gguf'), [vocabulary, partial, shape, quant]);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  return file;
}
