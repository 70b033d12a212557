import { Option, type Command } from 'commander';
import { selectorIds, type CorrectionRow, type SelectorId } from '../../contract/index.js';
import { numberIn } from '../generation-options.js';
import { chooseModel } from '../model-choice.js';
import { StatusLine } from '../status-line.js';
import type { EngineFlags } from '../with-engine.js';
import { table } from './table.js';
import { workloads } from './workloads.js';

export interface BenchCorrectionFlags extends EngineFlags {
  readonly selector: SelectorId;
  readonly density: number;
  readonly runs?: number;
  readonly maxTokens?: number;
  readonly workload?: CorrectionRow['workload'];
  readonly json?: true;
}

const defaultThreads = 2;
const defaultRuns = 3;

/** The options of `bench --correction` that `bench` itself does not have. */
export function withCorrectionOptions(command: Command): Command {
  return command
    .option('--correction', 'measure the modes (exact, balanced, fast) instead of the selectors')
    .addOption(new Option('--workload <name>', 'with --correction: one workload only').choices(workloads))
    .addOption(
      new Option('--selector <selector>', 'with --correction: of the sparse passes')
        .choices(selectorIds)
        .default('chess'),
    )
    .addOption(
      new Option('--density <share>', 'with --correction: of the sparse passes')
        .argParser(numberIn(0.01, 1))
        .default(0.5),
    )
    .addOption(
      new Option('--max-tokens <n>', 'with --correction: shorter tasks').argParser(numberIn(1, 4096)),
    );
}

/** `bench --correction`: every mode against dense, as a table or as JSON. */
export async function runBenchCorrection(flags: BenchCorrectionFlags): Promise<void> {
  const { id, path } = await chooseModel(flags.model);
  const status = new StatusLine();
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  // loads the native build into this process, which no other command does
  const { benchCorrection } = await import('./bench.js');
  try {
    const report = await benchCorrection({
      modelPath: path,
      modelId: id,
      threads: flags.threads ?? defaultThreads,
      workloads: flags.workload === undefined ? workloads : [flags.workload],
      sparsity: { selector: flags.selector, density: flags.density },
      runs: Math.floor(flags.runs ?? defaultRuns),
      ...(flags.maxTokens === undefined ? {} : { maxTokens: Math.floor(flags.maxTokens) }),
      onProgress: (text) => status.show('Measuring', text),
      signal: interrupt.signal,
    });
    status.clear();
    process.stdout.write(`${flags.json === true ? JSON.stringify(report, null, 2) : table(report)}\n`);
  } finally {
    status.clear();
    process.removeListener('SIGINT', onInterrupt);
  }
}
