import type { CompletionRequest, GenerateResult, StopRequest } from '../../../contract/index.js';
import { EngineError } from '../../engine-error.js';
import { runGeneration } from '../../generation/run-generation.js';
import { completionPrompt } from '../../prompt/completion-prompt.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

const defaultMaxTokens = 96;

/** Completes code at a cursor. */
export const complete =
  (services: Services): Handler<CompletionRequest, GenerateResult> =>
  (request, signal) =>
    services.host.use(signal, (model, ended) => {
      const refused = model.info.completionRefused;
      if (refused !== undefined) throw new EngineError('model-unsupported', refused);
      const stop = stopOf(request, model.fim?.family.stopStrings ?? []);
      const capacity = model.sequences.completion.capacity - (stop.maxTokens ?? 0);
      const prompt = completionPrompt(request, model.vocabulary, model.fim, capacity);
      return runGeneration(
        services,
        model,
        {
          id: request.id,
          sequence: 'completion',
          prompt,
          stop,
          draftSources: model.draftSources.of(request),
          ...(request.sampling === undefined ? {} : { sampling: request.sampling }),
          ...(request.sparsity === undefined ? {} : { sparsity: request.sparsity }),
          ...(request.correction === undefined ? {} : { correction: request.correction }),
          ...(model.fim === null ? {} : { stopTokens: model.fim.stopTokens }),
          ...(request.shape.kind === 'block' ? { maxLines: request.shape.maxLines } : {}),
        },
        ended,
      );
    });

function stopOf(request: CompletionRequest, familyStops: readonly string[]): StopRequest {
  const lineEnd = request.shape.kind === 'line' ? ['\n'] : [];
  return {
    ...request.stop,
    maxTokens: request.prefillOnly === true ? 0 : (request.stop?.maxTokens ?? defaultMaxTokens),
    stopStrings: [...(request.stop?.stopStrings ?? []), ...familyStops, ...lineEnd],
  };
}
