import type { CheckPolicy, SparsityRequest } from '../../contract/index.js';
import { generateWhole } from '../../engine/correction/generate-whole.js';
import type { GenerationResult, NativeSequence } from '../../engine/correction/native-loop.js';
import { Workbench } from '../../engine/correction/workbench.js';
import { denseAgreement } from './agreement.js';
import { tasksOf, type Task } from './workloads.js';

export interface ChecksOptions {
  readonly modelPath: string;
  readonly modelId: string;
  readonly threads: number;
  readonly sparsity: SparsityRequest;
  /** Tokens a task. Default 96. */
  readonly maxTokens?: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** One policy over all tasks of completion and prose. */
export interface ChecksPoint {
  readonly policy: CheckPolicy;
  readonly tokens: number;
  /** Dense checks for 100 tokens. */
  readonly checksPer100: number;
  readonly rollbacksPer100: number;
  /** Sparse tokens drafted for 100 tokens of text: what was taken back was drafted in vain. */
  readonly draftedPer100: number;
  /** Share of tokens that are the dense model's own first choice after the same text. */
  readonly agreement: number;
}

export interface ChecksReport {
  readonly model: string;
  readonly threads: number;
  readonly sparsity: SparsityRequest;
  readonly acceptThreshold: number;
  readonly points: readonly ChecksPoint[];
}

/** Sirius' r: the same for every policy, so that only the checks differ. */
const acceptThreshold = 0.1;
const defaultTokens = 96;
const periods = [4, 6, 8, 12, 16, 24, 32];
const budgets = [0.3, 0.6, 1, 1.5, 2.5, 4];
const floor = 4;
const cap = 32;

const policies: readonly CheckPolicy[] = [
  ...periods.map((period) => ({ kind: 'fixed', period }) satisfies CheckPolicy),
  ...budgets.map((budget) => ({ kind: 'risk', budget, floor, cap }) satisfies CheckPolicy),
];

/** Agreement with dense against the number of checks, for fixed periods and for risk-triggered checks. @throws Error without our native build */
export async function measureChecks(options: ChecksOptions): Promise<ChecksReport> {
  const { modelPath, modelId: model, threads, sparsity, signal, maxTokens = defaultTokens } = options;
  options.onProgress('Loading the model');
  const bench = await Workbench.open({ modelPath, threads, contextSize: 2048, sparse: true });
  try {
    const tasks = [...tasksOf('completion'), ...tasksOf('prose')];
    const points: ChecksPoint[] = [];
    const sequence = bench.loop.sequence(0);
    for (const policy of policies) {
      signal.throwIfAborted();
      options.onProgress(`Measuring checks ${wordsOf(policy)}`);
      points.push(await measurePolicy(bench, sequence, tasks, policy, sparsity, maxTokens));
    }
    return { model, threads, sparsity, acceptThreshold, points };
  } finally {
    await bench.dispose();
  }
}

export function wordsOf(policy: CheckPolicy): string {
  switch (policy.kind) {
    case 'auto':
      return 'as pays off';
    case 'fixed':
      return `every ${String(policy.period)} tokens`;
    case 'risk':
      return `risk ${String(policy.budget)}, ${String(policy.floor)} to ${String(policy.cap)} tokens`;
  }
}

async function measurePolicy(
  bench: Workbench,
  sequence: NativeSequence,
  tasks: readonly Task[],
  policy: CheckPolicy,
  sparsity: SparsityRequest,
  maxTokens: number,
): Promise<ChecksPoint> {
  let tokens = 0;
  let refused = 0;
  const counts = { verifies: 0, rollbacks: 0, drafted: 0 };
  for (const task of tasks) {
    const prompt = bench.tokenize(task.prompt);
    const { speculation, ...result } = await generate(bench, sequence, prompt, policy, sparsity, maxTokens);
    const ids = result.tokens.map(({ id }) => id);
    const agreement = await denseAgreement(bench, sequence, prompt, ids);
    tokens += agreement.tokens;
    refused += agreement.disagreements.length;
    counts.verifies += speculation.verifies;
    counts.rollbacks += speculation.rollbacks;
    counts.drafted += speculation.drafted;
  }
  const per100 = (count: number): number => (100 * count) / Math.max(1, tokens);
  return {
    policy,
    tokens,
    checksPer100: per100(counts.verifies),
    rollbacksPer100: per100(counts.rollbacks),
    draftedPer100: per100(counts.drafted),
    agreement: 1 - refused / Math.max(1, tokens),
  };
}

async function generate(
  bench: Workbench,
  sequence: NativeSequence,
  prompt: readonly number[],
  check: CheckPolicy,
  sparsity: SparsityRequest,
  maxTokens: number,
): Promise<GenerationResult> {
  await bench.configure(sparsity);
  // the prompt is read under these settings: masks of the prompt are drawn from it
  sequence.truncate(0);
  await bench.sparse?.reset(0);
  return generateWhole(sequence, prompt, {
    stop: { maxTokens },
    correction: { mode: 'balanced', drafter: 'sparse-self', check, acceptThreshold },
  });
}
