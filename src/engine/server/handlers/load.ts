import { cpus } from 'node:os';
import type { LoadModelRequest, ModelInfo } from '../../../contract/index.js';
import type { LoadedModel } from '../../host/loaded-model.js';
import { firstUse } from '../../measure/first-use.js';
import { sampleText } from '../../measure/sample.js';
import { runSteps } from '../../measure/steps.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

const probeLength = 256;

/** Loads a model; the first time on this machine, what sparsity gains is measured in the background where that was asked for. */
export const load =
  (services: Services): Handler<LoadModelRequest, ModelInfo> =>
  async (request, signal) => {
    const info = await services.host.load(request, signal);
    if (request.probe === 'first-use') probe(services).catch((error: unknown) => report(services, error));
    return info;
  };

async function probe(services: Services): Promise<void> {
  const { host, speeds, scheduler } = services;
  const native = await host.build();
  const kernels = native.kind === 'own' ? `${native.version} ${native.simd}` : native.kind;
  await host.use(new AbortController().signal, async (model, ended) => {
    const { measuring } = model;
    if (measuring === null) return;
    const key = speedKey(
      model.info,
      kernels,
      native.gpu === null ? null : (await host.gpu()).words,
      model.threads,
    );
    const known = await speeds.find(key);
    if (known !== null) return host.refreshSelectors(model, known);
    const context = await measuring.open(probeLength);
    try {
      const ratios = await runSteps(scheduler, firstUse(context, optionsOf(model)), ended);
      // first on disk: whoever sees the ratios may end this process
      await speeds.store(key, ratios);
      host.refreshSelectors(model, ratios);
    } finally {
      await context.dispose();
    }
  });
}

/** What the measured ratios of a model depend on. On a GPU they depend on which, and on how many layers it runs. */
export function speedKey(
  { identity, gpuLayers }: Pick<ModelInfo, 'identity' | 'gpuLayers'>,
  kernels: string,
  gpu: string | null,
  threads: number,
): string {
  const onGpu = gpu === null || gpuLayers === 0 ? [] : [gpu, `${gpuLayers} layers`];
  return [identity.sha256, kernels, cpus()[0]?.model ?? '', threads, ...onGpu].join(' ');
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
