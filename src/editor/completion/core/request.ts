import type { CompletionRequest, ContextChunk } from '../../../contract/completion.js';
import { looksUpRepeats } from '../../../contract/correction.js';
import type { SamplingRequest } from '../../../contract/generation.js';
import type { Situation } from './situation.js';

/** The engine's request for a situation. */
export function completionRequest(
  id: string,
  situation: Situation,
  context: readonly ContextChunk[],
  sampling: SamplingRequest,
): CompletionRequest {
  const { file, options, prefix, suffix, shape } = situation;
  return {
    id,
    path: file.path,
    languageId: file.languageId,
    prefix,
    suffix,
    context,
    ...(looksUpRepeats(options.correction) && { file: situation.surroundings() }),
    budget: {
      prompt: options.promptTokens,
      suffix: options.suffixTokens,
      context: options.contextTokens,
    },
    fimCut: options.fimCut,
    shape,
    sampling,
    stop: { maxTokens: options.maxTokens, timeBudgetMs: options.timeBudgetMs * 2 },
    sparsity: options.sparsity,
    correction: options.correction,
  };
}

/** The likeliest text first; further ones are sampled, each with its own seed, so that a replay repeats them. */
export function samplingOf(alternative: number): SamplingRequest {
  return alternative === 0
    ? { temperature: 0 }
    : { temperature: 0.7, topK: 40, topP: 0.95, seed: alternative };
}
