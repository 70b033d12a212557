import type { CalibratingContext } from './measuring-context.js';
import { measureLoss } from './quality.js';
import type { Steps } from './steps.js';

/** The density at which a layer's sensitivity is defined. */
const density = 0.5;

/**
 * What each layer alone costs when it is sparse: mean KL against dense, nats, at density 0.5 with thresholds by neuron, every other
 * layer dense. -1 for layers that are always dense.
 *
 * @param text a prompt, and the tokens that are measured
 * @param onShare 0..1
 */
export async function* layerSensitivities(
  context: CalibratingContext,
  text: readonly number[],
  onShare: (share: number) => void,
): Steps<Float32Array> {
  const { sparseLayers } = context;
  const all = Array.from({ length: context.layers }, (_, layer) => layer);
  const sensitivities = new Float32Array(context.layers).fill(-1);
  for (const [index, layer] of sparseLayers.entries()) {
    const denseLayers = all.filter((other) => other !== layer);
    const { kl } = yield* measureLoss(context, { selector: 'chess', density, denseLayers }, text);
    sensitivities[layer] = kl;
    onShare((index + 1) / sparseLayers.length);
  }
  return sensitivities;
}
