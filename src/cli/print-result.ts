import type { GenerateDelta, GenerateResult } from '../contract/index.js';

/** Prints a stream as it comes. Open windows are not asked for, so nothing printed is ever taken back. */
export function streamPrinter(out: NodeJS.WriteStream): (delta: GenerateDelta) => void {
  return ({ text }) => void out.write(text);
}

/** The numbers of a result in a few lines, for people. */
export function summary(result: GenerateResult): string {
  const { tokens, timings, sparsity, speculation } = result;
  const lines = [
    `${result.outcome} (${result.stopReason}); ${tokens.prompt} prompt tokens (${tokens.reused} reused), ${tokens.generated} generated`,
    `first token ${ms(timings.firstTokenMs)}, prefill ${ms(timings.prefillMs)}, ${timings.tokensPerSecond.toFixed(1)} tokens/s, load ${ms(timings.loadMs)}`,
    sparsity.selector === 'none' && sparsity.off === undefined
      ? 'dense'
      : `selector ${sparsity.selector}, density ${sparsity.density.toFixed(3)}${sparsity.off === undefined ? '' : `; off: ${sparsity.off}`}`,
  ];
  if (speculation.drafted > 0)
    lines.push(
      `${speculation.drafted} drafted, ${speculation.accepted} accepted, ${speculation.verifies} checks, ${speculation.rollbacks} rollbacks`,
    );
  if (speculation.off !== undefined) lines.push(`correction off: ${speculation.off}`);
  return lines.join('\n');
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
