import { settings } from '../../contract/settings/index.js';
import type { Mode, SelectorId } from '../../contract/modes.js';
import type { CompletionOptions } from '../../editor/completion/core/ask.js';

/** The completion settings' own defaults, in one mode: what a person gets who has changed nothing else. */
export function optionsFor(mode: Mode, selector: SelectorId, density: number): CompletionOptions {
  const { completion } = settings;
  const sparse = mode === 'balanced' || mode === 'fast';
  return {
    eagerness: completion.eagerness.default,
    multiline: completion.multiline.default,
    maxLines: completion.maxLines.default,
    maxTokens: completion.maxTokens.default,
    timeBudgetMs: completion.timeBudgetMs.default,
    promptTokens: completion.promptTokens.default,
    suffixTokens: completion.suffixTokens.default,
    fimCut: completion.fimCut.default,
    contextTokens: completion.contextTokens.default,
    minConfidence: completion.minConfidence.default,
    alternatives: completion.alternatives.default,
    prepareNext: completion.prepareNext.default,
    sparsity: { selector: sparse ? selector : 'none', density: sparse ? density : 1 },
    correction: { mode },
  };
}
