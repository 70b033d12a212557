import { generateWhole } from '../../engine/correction/generate-whole.js';
import { contextHandle } from '../../engine/native/internals.js';
import type { NativeSequence } from '../../engine/correction/native-loop.js';
import type { Workbench } from '../../engine/correction/workbench.js';

export interface Disagreement {
  readonly index: number;
  /** How far the dense pass puts its own choice above the token that was written, in logits. */
  readonly gap: number;
}

export interface Agreement {
  readonly tokens: number;
  readonly disagreements: readonly Disagreement[];
}

/** Share of tokens that are the dense model's own first choice after the same text. */
export const shareOf = ({ tokens, disagreements }: Agreement): number =>
  tokens === 0 ? 1 : 1 - disagreements.length / tokens;

/**
 * Reads `tokens` after `prompt` as Dense does, one at a time and behind the very cells of the prompt that were written behind: another
 * order of sums would call near-ties disagreements. Finds those that are not the dense model's first choice there.
 * @param sequence of the workbench, its first; what it holds behind the prompt is gone afterwards
 */
export async function denseAgreement(
  bench: Workbench,
  sequence: NativeSequence,
  prompt: readonly number[],
  tokens: readonly number[],
): Promise<Agreement> {
  await bench.configure(null);
  await generateWhole(sequence, prompt, { stop: { maxTokens: 0 } });
  const handle = contextHandle(bench.context);
  const last = prompt.at(-1);
  if (last === undefined) return { tokens: 0, disagreements: [] };
  const inputs = [last, ...tokens.slice(0, -1)];
  const disagreements: Disagreement[] = [];
  for (const [index, written] of tokens.entries()) {
    const input = Uint32Array.from(inputs.slice(index, index + 1));
    const logits = await bench.binding.spEvaluateLogits(
      handle,
      0,
      prompt.length - 1 + index,
      input,
      1,
      'batch',
    );
    const gap = highest(logits) - (logits[written] ?? Number.NEGATIVE_INFINITY);
    if (gap > 0) disagreements.push({ index, gap });
  }
  return { tokens: tokens.length, disagreements };
}

function highest(line: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of line) if (value > max) max = value;
  return max;
}
