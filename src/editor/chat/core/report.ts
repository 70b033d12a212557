import type { AnswerReport, GenerateResult, Mode } from '../../../contract/index.js';

/** The part of an engine's result that stands under the answer. */
export function reportOf(result: GenerateResult, mode: Mode): AnswerReport {
  const { tokens, timings, sparsity, speculation } = result;
  return {
    model: result.model.id,
    mode,
    selector: sparsity.selector,
    promptTokens: tokens.prompt,
    reusedTokens: tokens.reused,
    tokens: tokens.generated,
    tokensPerSecond: timings.tokensPerSecond,
    firstTokenMs: timings.firstTokenMs,
    density: sparsity.density,
    drafted: speculation.drafted,
    accepted: speculation.accepted,
    rollbacks: speculation.rollbacks,
    stopReason: result.stopReason,
    notes: [sparsity.off, speculation.off].filter((note) => note !== undefined),
  };
}
