import type { LoadModelRequest, ModelInfo } from '../../../contract/index.js';
import type { LoadedModel } from '../../host/loaded-model.js';
import { firstUse } from '../../measure/first-use.js';
import { sampleText } from '../../measure/sample.js';
import { runSteps } from '../../measure/steps.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';
import { speedKey } from './speed-key.js';

const probeLength = 256;

/** Loads a model; the first times on this machine, what sparsity gains is measured in the background where that was asked for. */
export const load =
  (services: Services): Handler<LoadModelRequest, ModelInfo> =>
  async (request, signal) => {
    const info = await services.host.load(request, signal);
    if (request.probe === 'first-use') probe(services).catch((error: unknown) => report(services, error));
    return info;
  };

async function probe(services: Services): Promise<void> {
  const { host, speeds, scheduler } = services;
  await host.use(new AbortController().signal, async (model, ended) => {
    const { measuring } = model;
    if (measuring === null) return;
    const key = await speedKey(services, model);
    const known = await speeds.find(key);
    if (known !== null) host.refreshSelectors(model, known.ratios);
    if (known?.settled === true) return;
    const context = await measuring.open(probeLength);
    try {
      const ratios = await runSteps(scheduler, firstUse(context, optionsOf(model)), ended);
      // first on disk: whoever sees the ratios may end this process
      const all = await speeds.add(key, ratios);
      host.refreshSelectors(model, all.ratios);
    } finally {
      await context.dispose();
    }
  });
}

function optionsOf({ info, vocabulary }: LoadedModel) {
  const available = info.selectors.filter((known) => known.available);
  return { selectors: available.map(({ selector }) => selector), text: vocabulary.encode(sampleText) };
}

/** A probe that failed or was overtaken by an unload is no failure of the load. */
function report({ log }: Services, error: unknown): void {
  log(
    'debug',
    `The first-use probe did not finish: ${error instanceof Error ? error.message : String(error)}`,
  );
}
