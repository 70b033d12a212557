import { generateWhole } from '../../engine/correction/generate-whole.js';
import type { GenerationResult, NativeSequence } from '../../engine/correction/native-loop.js';
import type { Workbench } from '../../engine/correction/workbench.js';
import { denseAgreement, shareOf } from './agreement.js';
import type { Variant } from './variants.js';
import type { Task } from './workloads.js';

/** One variant on one task, beside dense runs of the same task made just before. */
export interface Pairing {
  /** Tokens per second of decoding over those of the dense run of the pair; one entry a pair. */
  readonly ratios: readonly number[];
  /** The same over upstream's own decoding in that run. */
  readonly stockRatios: readonly number[];
  /** Of the last pair. */
  readonly result: GenerationResult;
  /** Of every pair. */
  readonly results: readonly GenerationResult[];
  readonly denseResults: readonly GenerationResult[];
  readonly agreement: number;
  readonly density: number;
}

/** From the end of the prompt on: the passes of the first check belong to its tokens, the first one among them. */
const millisecondsPerToken = ({ timings, tokens }: GenerationResult): number =>
  (timings.firstTokenMs - timings.prefillMs + timings.decodeMs) / Math.max(1, tokens.length);

async function generate(
  bench: Workbench,
  sequence: NativeSequence,
  prompt: readonly number[],
  task: Task,
  variant: Variant | 'dense' | 'stock',
  density = 1,
): Promise<GenerationResult> {
  const named = typeof variant === 'string' ? null : variant;
  await bench.configure(named?.sparsity ?? null);
  return generateWhole(sequence, prompt, {
    stop: { maxTokens: task.maxTokens, stopStrings: task.stopStrings },
    correction: named?.correction ?? { mode: 'dense' },
    density,
    ...(variant === 'stock' && { products: 'upstream' }),
  });
}

/**
 * Races variants against dense on one task: `runs` interleaved pairs of each. What a variant learns of the machine's costs the
 * others know too, so every second run takes them in the opposite order.
 * @param before called before each run of a variant with its words; what it throws ends the race
 */
export async function race(
  bench: Workbench,
  task: Task,
  variants: readonly Variant[],
  runs: number,
  before: (what: string) => void,
): Promise<Pairing[]> {
  const sequence = bench.loop.sequence(0);
  const lanes = variants.map((variant) => new Lane(bench, sequence, task, variant));
  for (const lane of lanes) await lane.warmUp();
  const prompt = bench.tokenize(task.prompt);
  for (let run = 0; run < runs; run++) {
    const words = `run ${String(run + 1)} of ${String(runs)}`;
    before(`${words}, stock`);
    sequence.truncate(0);
    const stock = await generate(bench, sequence, prompt, task, 'stock');
    // upstream's products round the end of a prompt otherwise: who is measured reads it anew, as the judge of agreement does
    sequence.truncate(0);
    for (const lane of run % 2 === 0 ? lanes : lanes.toReversed()) {
      before(`${words}, ${lane.variant.name}`);
      await lane.pair(millisecondsPerToken(stock));
    }
  }
  const pairings: Pairing[] = [];
  for (const lane of lanes) pairings.push(await lane.finish());
  return pairings;
}

/** One variant in a race. */
class Lane {
  readonly #prompt: readonly number[];
  readonly #results: GenerationResult[] = [];
  readonly #denseResults: GenerationResult[] = [];
  readonly #ratios: number[] = [];
  readonly #stockRatios: number[] = [];
  #density: number;

  constructor(
    private readonly bench: Workbench,
    private readonly sequence: NativeSequence,
    private readonly task: Task,
    readonly variant: Variant,
  ) {
    this.#prompt = bench.tokenize(task.prompt);
    this.#density = variant.sparsity?.density ?? 1;
  }

  /** A mask drawn from the prompt needs the prompt to be read under the new settings once. */
  async warmUp(): Promise<void> {
    if (this.variant.sparsity === null) return;
    await this.bench.configure(this.variant.sparsity);
    this.sequence.truncate(0);
    await this.bench.sparse?.reset(0);
    await generateWhole(this.sequence, this.#prompt, { stop: { maxTokens: 0 } });
  }

  /** A dense run, and the variant's right after it. `stockMs`: of a token, as upstream decodes. */
  async pair(stockMs: number): Promise<void> {
    const { bench, sequence, task, variant } = this;
    const dense = await generate(bench, sequence, this.#prompt, task, 'dense');
    await bench.sparse?.clearCounters(0);
    const result = await generate(bench, sequence, this.#prompt, task, variant, this.#density);
    const report = variant.sparsity === null ? null : await bench.sparse?.report(0);
    if (report !== undefined && report !== null && report.density < 1) this.#density = report.density;
    this.#ratios.push(millisecondsPerToken(dense) / millisecondsPerToken(result));
    this.#stockRatios.push(stockMs / millisecondsPerToken(result));
    this.#results.push(result);
    this.#denseResults.push(dense);
  }

  async finish(): Promise<Pairing> {
    const result = this.#results.at(-1);
    if (result === undefined) throw new RangeError('at least one run is needed');
    const ids = result.tokens.map(({ id }) => id);
    const agreement = shareOf(await denseAgreement(this.bench, this.sequence, this.#prompt, ids));
    return {
      result,
      results: this.#results,
      denseResults: this.#denseResults,
      ratios: this.#ratios,
      stockRatios: this.#stockRatios,
      agreement,
      density: this.#density,
    };
  }
}
