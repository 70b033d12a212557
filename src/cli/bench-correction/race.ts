import type { CostSnapshot } from '../../engine/correction/binding.js';
import type { GenerationResult, NativeSequence } from '../../engine/correction/native-loop.js';
import type { Workbench } from '../../engine/correction/workbench.js';
import { denseAgreement, shareOf } from './agreement.js';
import type { Variant } from './variants.js';
import type { Task } from './workloads.js';

/** One variant on one task, beside dense runs of the same task made just before. */
export interface Pairing {
  /** Tokens per second of decoding over those of the dense run of the pair; one entry a pair. */
  readonly ratios: readonly number[];
  readonly result: GenerationResult;
  readonly dense: GenerationResult;
  readonly agreement: number;
  readonly density: number;
  /** Taken while the variant's sparse configuration was the current one: c is of that. */
  readonly costs: CostSnapshot;
}

const millisecondsPerToken = ({ timings, tokens }: GenerationResult): number =>
  timings.decodeMs / Math.max(1, tokens.length - 1);

async function generate(
  bench: Workbench,
  sequence: NativeSequence,
  prompt: readonly number[],
  task: Task,
  variant: Variant | null,
  density: number,
): Promise<GenerationResult> {
  await bench.configure(variant?.sparsity ?? null);
  const generation = sequence.start(prompt, {
    stop: { maxTokens: task.maxTokens, stopStrings: task.stopStrings },
    correction: variant?.correction ?? { mode: 'dense' },
    density,
  });
  const outcome = await generation.run(() => undefined);
  if (outcome.kind !== 'finished') throw new Error('nobody paused this generation');
  return outcome.result;
}

/** Races one variant against dense on one task: `runs` interleaved pairs. */
export async function pair(bench: Workbench, task: Task, variant: Variant, runs: number): Promise<Pairing> {
  const prompt = bench.tokenize(task.prompt);
  const sequence = bench.loop.sequence(0);
  if (variant.sparsity !== null) await warmUp(bench, sequence, prompt, variant);
  const ratios: number[] = [];
  let density = variant.sparsity?.density ?? 1;
  let last: { result: GenerationResult; dense: GenerationResult } | null = null;
  for (let run = 0; run < runs; run++) {
    const dense = await generate(bench, sequence, prompt, task, null, 1);
    await bench.sparse?.clearCounters(0);
    const result = await generate(bench, sequence, prompt, task, variant, density);
    const report = variant.sparsity === null ? null : await bench.sparse?.report(0);
    if (report !== undefined && report !== null && report.density < 1) density = report.density;
    ratios.push(millisecondsPerToken(dense) / millisecondsPerToken(result));
    last = { result, dense };
  }
  if (last === null) throw new RangeError('at least one run is needed');
  const costs = bench.loop.costs();
  const ids = last.result.tokens.map(({ id }) => id);
  const agreement = shareOf(await denseAgreement(bench, prompt, ids));
  return { ...last, ratios, agreement, density, costs };
}

/** A mask drawn from the prompt needs the prompt to be read under the new settings once. */
async function warmUp(
  bench: Workbench,
  sequence: NativeSequence,
  prompt: readonly number[],
  variant: Variant,
): Promise<void> {
  await bench.configure(variant.sparsity);
  sequence.truncate(0);
  await bench.sparse?.reset(0);
  await sequence.start(prompt, { stop: { maxTokens: 0 } }).run(() => undefined);
}
