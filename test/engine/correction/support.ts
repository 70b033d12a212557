import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SparsityRequest } from '../../../src/contract/index.js';
import type { GenerationResult } from '../../../src/engine/correction/native-loop.js';
import { generateWhole as generate } from '../../../src/engine/correction/generate-whole.js';
import { Workbench } from '../../../src/engine/correction/workbench.js';
import { contextHandle } from '../../../src/engine/native/internals.js';
import { defaultModelPath } from '../../native/model.js';

const tieSteps = [2, 4, 8, 16];

/**
 * How close two logits of this model must be for a check to see them the other way round than a single token does: twice the most
 * that a logit moves when these prompts are read several tokens at a time instead of one. 0 where every product is one of ours and
 * attention sums each token as if it were alone; a pass across a multiple of 256 positions, which the loop never makes, moves them.
 * @param tail how many tokens at the end are compared; those before are read as a prompt is. Default: all.
 */
export async function nearTie(
  bench: Workbench,
  prompts: readonly (readonly number[])[],
  tail = Infinity,
): Promise<number> {
  await bench.configure(null);
  let most = 0;
  for (const prompt of prompts) {
    const from = Math.max(0, prompt.length - tail);
    const handle = contextHandle(bench.context);
    if (from > 0)
      await generate(bench.loop.sequence(0), prompt.slice(0, from + 1), { stop: { maxTokens: 0 } });
    const read = async (step: number): Promise<Float32Array> => {
      bench.binding.spTruncateSequence(handle, 0, from);
      const tokens = Uint32Array.from(prompt.slice(from));
      return bench.binding.spEvaluateLogits(handle, 0, from, tokens, step, 'batch');
    };
    const single = await read(1);
    for (const step of tieSteps) {
      const several = await read(step);
      single.forEach((logit, i) => (most = Math.max(most, Math.abs(logit - (several[i] ?? NaN)))));
    }
  }
  return 2 * most;
}

export const halfOfTheNeurons: SparsityRequest = { selector: 'topk', density: 0.5 };

const source = fileURLToPath(new URL('../../../src/', import.meta.url));

export async function openWorkbench(contextSize = 1536, sequences = 1): Promise<Workbench> {
  const modelPath = process.env['SPARSE_PILOT_TEST_MODEL'] ?? (await defaultModelPath());
  return Workbench.open({ modelPath, threads: 2, contextSize, sequences, sparse: true });
}

/** Several files of this repository one after the other, cut at `tokens`. */
export function longPrompts(bench: Workbench, count: number, tokens: number): number[][] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  return Array.from({ length: count }, (_, i) => {
    const text = files.slice(i * 7, i * 7 + 7).map((file) => readFileSync(path.join(source, file), 'utf8'));
    return bench.tokenize(text.join('\n').slice(0, tokens * 8)).slice(0, tokens - 9 * i);
  }).filter((ids) => ids.length > tokens / 2);
}

/** Beginnings of this repository's own files, cut at different places. */
export function codePrompts(bench: Workbench, count: number, tokens: number): number[][] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const prompts: number[][] = [];
  for (let round = 0; prompts.length < count; round++) {
    for (const file of files.slice(0, count - prompts.length)) {
      const text = readFileSync(path.join(source, file), 'utf8').slice(round * 700, round * 700 + 900);
      const ids = bench.tokenize(text).slice(0, tokens - (prompts.length % 7));
      if (ids.length > 16) prompts.push(ids);
    }
  }
  return prompts;
}

export { generate };

export const idsOf = (result: GenerationResult): number[] => result.tokens.map(({ id }) => id);

export type Comparison =
  { readonly kind: 'equal' } | { readonly kind: 'differs'; readonly index: number; readonly gap: number };

/** Compares with the dense tokens; at the first difference, how far apart a dense pass sees the two tokens, in logits. */
export async function compare(
  bench: Workbench,
  prompt: readonly number[],
  dense: readonly number[],
  other: readonly number[],
): Promise<Comparison> {
  const index = dense.findIndex((id, i) => other[i] !== id);
  const [expected, actual] = [dense[index], other[index]];
  if (index < 0 && other.length === dense.length) return { kind: 'equal' };
  if (expected === undefined || actual === undefined) return { kind: 'differs', index, gap: Infinity };
  await bench.configure(null);
  const text = [...prompt, ...dense.slice(0, index)];
  const sequence = bench.loop.sequence(0);
  await generate(sequence, text, { stop: { maxTokens: 0 } });
  const last = Uint32Array.from(text.slice(-1));
  const logits = await bench.binding.spEvaluateLogits(
    contextHandle(bench.context),
    0,
    text.length - 1,
    last,
    1,
  );
  const gap = Math.abs((logits[expected] ?? NaN) - (logits[actual] ?? NaN));
  return { kind: 'differs', index, gap };
}
