import type { GenerateRequest, GenerateResult } from '../../../contract/index.js';
import { runGeneration } from '../../generation/run-generation.js';
import { encodeParts } from '../../prompt/parts.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

/** Continues a prompt given in parts. */
export const generate =
  (services: Services): Handler<GenerateRequest, GenerateResult> =>
  (request, signal) =>
    services.host.use(signal, (model, ended) => {
      const { prompt, ...settings } = request;
      const order = { ...settings, prompt: encodeParts(prompt, model.vocabulary) };
      return runGeneration(services, model, order, ended);
    });
