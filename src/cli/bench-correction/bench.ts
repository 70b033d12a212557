import type { CorrectionReport, CorrectionRow, SparsityRequest } from '../../contract/index.js';
import { Workbench } from '../../engine/correction/workbench.js';
import type { PassCounts } from '../../engine/correction/native-loop.js';
import { gpuCosts, measuredCosts, predictedRatio, sizesOf, type CostModel } from './cost-prediction.js';
import { race, type Pairing } from './race.js';
import { siriusVariants, variantsOf, type Variant } from './variants.js';
import { tasksOf } from './workloads.js';

export interface BenchCorrectionOptions {
  readonly modelPath: string;
  readonly modelId: string;
  readonly threads: number;
  readonly workloads: readonly CorrectionRow['workload'][];
  readonly sparsity: SparsityRequest;
  /** Interleaved pairs a task and variant. */
  readonly runs: number;
  /** Rows to measure: modes, or `mode/drafter`. Absent: all. */
  readonly modes?: readonly string[];
  /** Also the forms of Sirius as published. Default false. */
  readonly sirius?: boolean;
  /** Shorter tasks, for a look; absent: as the workload says. */
  readonly maxTokens?: number;
  /** `step`: which text of which workload; `detail`: which run of which variant. */
  readonly onProgress: (step: string, detail?: string) => void;
  /** The rows of a workload as soon as they are known; the report brings those of the last one. */
  readonly onRows: (rows: readonly PredictedRow[]) => void;
  readonly signal: AbortSignal;
}

/** A row with what the same passes would give on GPUs whose check of 16 tokens costs 1.3 and 2 steps. */
export interface PredictedRow extends CorrectionRow {
  readonly gpuRatio: { readonly v1_3: number; readonly v2: number };
  /** predictedRatio / ratio - 1. */
  readonly predictionError: number;
  readonly variant: string;
  readonly off?: string;
}

export interface CorrectionBench extends CorrectionReport {
  readonly rows: readonly PredictedRow[];
  /** v(n) by n, as measured, and c of the sparse step; null where it was never made. */
  readonly costs: { readonly verify: Readonly<Record<number, number>>; readonly sparse: number | null };
}

const middle = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
};

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

function rowOf(
  workload: CorrectionRow['workload'],
  variant: Variant,
  pairings: readonly Pairing[],
  all: readonly Pairing[],
): PredictedRow {
  const ratios = pairings.flatMap(({ ratios: own }) => own);
  const tokens = sum(pairings, ({ result }) => result.tokens.length);
  const weighted = (of: (pairing: Pairing) => number): number =>
    sum(pairings, (pairing) => of(pairing) * pairing.result.tokens.length) / Math.max(1, tokens);
  const speculation = pairings.map(({ result }) => result.speculation);
  const costs = costsOf(all, pairings);
  const predicted = (model: CostModel): number =>
    middle(
      pairings
        .flatMap(({ results }) => results)
        .map(({ tokens: { length }, passes }) =>
          passes === undefined ? 1 : predictedRatio(length, passes, model),
        ),
      0.5,
    );
  const off = speculation.find((report) => report.off !== undefined)?.off;
  const ratio = middle(ratios, 0.5);
  const predictedRatioHere = predicted(costs);
  return {
    workload,
    mode: variant.mode,
    drafter: variant.drafter,
    variant: variant.name,
    ratio,
    ratioSpread: middle(ratios, 0.75) - middle(ratios, 0.25),
    stockRatio: middle(
      pairings.flatMap(({ stockRatios }) => stockRatios),
      0.5,
    ),
    agreement: weighted(({ agreement }) => agreement),
    aal: weighted(({ result }) => result.speculation.averageAdvance ?? 1),
    epd: weighted(
      ({ result, density }) => result.speculation.effectiveDensity ?? (variant.mode === 'fast' ? density : 1),
    ),
    drafted: sum(speculation, (report) => report.drafted),
    accepted: sum(speculation, (report) => report.accepted),
    verifies: sum(speculation, (report) => report.verifies),
    rollbacks: sum(speculation, (report) => report.rollbacks),
    predictedRatio: predictedRatioHere,
    predictionError: predictedRatioHere / ratio - 1,
    gpuRatio: { v1_3: predicted(gpuCosts(1.3, costs.sparse)), v2: predicted(gpuCosts(2, costs.sparse)) },
    ...(off === undefined ? {} : { off }),
  };
}

const passesOf = (pairings: readonly Pairing[], which: 'results' | 'denseResults'): readonly PassCounts[] =>
  pairings.flatMap((pairing) =>
    pairing[which].flatMap(({ passes }) => (passes === undefined ? [] : [passes])),
  );

/** Steps and checks as all of these took them, sparse steps as `own` did. */
const costsOf = (all: readonly Pairing[], own: readonly Pairing[]): CostModel =>
  measuredCosts(passesOf(all, 'denseResults'), passesOf(all, 'results'), passesOf(own, 'results'));

const wanted = ({ sparsity, modes, sirius }: BenchCorrectionOptions): readonly Variant[] =>
  [...variantsOf(sparsity), ...(sirius === true ? siriusVariants(sparsity.density) : [])].filter(
    ({ mode, drafter }) =>
      modes === undefined || modes.includes(mode) || modes.includes(`${mode}/${drafter}`),
  );

/** Every mode against dense on every workload, in this process. @throws Error without our native build */
export async function benchCorrection(options: BenchCorrectionOptions): Promise<CorrectionBench> {
  const { modelPath, threads, signal } = options;
  options.onProgress('Loading the model');
  const bench = await Workbench.open({ modelPath, threads, contextSize: 4096, sparse: true });
  const rows: PredictedRow[] = [];
  const raced: Pairing[] = [];
  let sparse: number | null = null;
  try {
    for (const workload of options.workloads) {
      const variants = wanted(options);
      const pairings: Pairing[][] = variants.map(() => []);
      const tasks = tasksOf(workload);
      for (const [index, task] of tasks.entries()) {
        const step = `Measuring ${workload}, text ${String(index + 1)} of ${String(tasks.length)}`;
        options.onProgress(step);
        const maxTokens = Math.min(task.maxTokens, options.maxTokens ?? task.maxTokens);
        const lanes = await race(bench, { ...task, maxTokens }, variants, options.runs, (detail) => {
          signal.throwIfAborted();
          options.onProgress(step, detail);
        });
        lanes.forEach((pairing, lane) => pairings[lane]?.push(pairing));
      }
      const here = pairings.flat();
      raced.push(...here);
      const measured: PredictedRow[] = [];
      for (const [lane, variant] of variants.entries()) {
        const own = pairings[lane] ?? [];
        sparse = costsOf(here, own).sparse ?? sparse;
        measured.push(rowOf(workload, variant, own, here));
      }
      rows.push(...measured);
      if (workload !== options.workloads.at(-1)) options.onRows(measured);
    }
    const costs = costsOf(raced, []);
    const verify = Object.fromEntries(
      sizesOf(passesOf(raced, 'results')).map((size) => [size, costs.verify(size)]),
    );
    return { model: options.modelId, threads, rows, costs: { verify, sparse } };
  } finally {
    await bench.dispose();
  }
}
