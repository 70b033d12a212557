import type { ModelInfo } from '../../contract/engine-info.js';
import { settings } from '../../contract/settings/index.js';
import type { SettingsHere } from '../settings/reader.js';
import { correctionRequest, sparsityRequest } from '../settings/requests.js';
import type { CompletionOptions } from './core/ask.js';

/** The settings of completion as they hold here, for the model that is loaded. */
export function completionOptions(here: SettingsHere, model: ModelInfo | undefined): CompletionOptions {
  const { completion } = settings;
  return {
    eagerness: here.get(completion.eagerness),
    multiline: here.get(completion.multiline),
    maxLines: here.get(completion.maxLines),
    maxTokens: here.get(completion.maxTokens),
    timeBudgetMs: here.get(completion.timeBudgetMs),
    promptTokens: here.get(completion.promptTokens),
    suffixTokens: here.get(completion.suffixTokens),
    fimCut: here.get(completion.fimCut),
    contextTokens: here.get(completion.contextTokens),
    minConfidence: here.get(completion.minConfidence),
    alternatives: here.get(completion.alternatives),
    prepareNext: here.get(completion.prepareNext),
    sparsity: sparsityRequest(here, model?.selectors ?? []),
    correction: correctionRequest(here),
  };
}
