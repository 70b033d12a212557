import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { selectorIds, type CorrectionRow, type SelectorId } from '../../contract/index.js';
import { numberIn } from '../generation-options.js';
import { interruptible } from '../interruptible.js';
import { chooseModel } from '../model-choice.js';
import { StatusLine } from '../status-line.js';
import type { EngineFlags } from '../with-engine.js';
import { checksPlot } from './checks-plot.js';
import { checksTable, rowsTable, table } from './table.js';
import { workloads } from './workloads.js';

export interface BenchCorrectionFlags extends EngineFlags {
  readonly selector: SelectorId;
  readonly density: number;
  readonly runs?: number;
  readonly maxTokens?: number;
  readonly workload?: CorrectionRow['workload'];
  readonly modes?: readonly string[];
  readonly policies?: true;
  readonly sirius?: true;
  readonly svg?: string;
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
      new Option('--modes <list>', 'with --correction: rows to measure, such as exact,balanced').argParser(
        (list: string) => list.split(','),
      ),
    )
    .option(
      '--sirius',
      'with --correction: also Sirius as published, in both of its sparse forms, as a chain and as a tree',
    )
    .option(
      '--policies',
      'with --correction: agreement against checks, risk-triggered beside fixed (--svg for a plot)',
    )
    .addOption(
      new Option('--max-tokens <n>', 'with --correction: shorter tasks').argParser(numberIn(1, 4096)),
    );
}

/** `bench --correction`: every mode against dense, as a table or as JSON. */
export async function runBenchCorrection(flags: BenchCorrectionFlags): Promise<void> {
  const { id, path } = await chooseModel(flags.model);
  const status = new StatusLine();
  const common = {
    modelPath: path,
    modelId: id,
    threads: flags.threads ?? defaultThreads,
    sparsity: { selector: flags.selector, density: flags.density },
    ...(flags.maxTokens === undefined ? {} : { maxTokens: Math.floor(flags.maxTokens) }),
    onProgress: (step: string, detail?: string) => status.show(step, detail),
  };
  const print = (report: object, words: string): void => {
    status.clear();
    process.stdout.write(`${flags.json === true ? JSON.stringify(report, null, 2) : words}\n`);
  };
  try {
    // both load the native build into this process, which no other command does
    if (flags.policies === true) {
      const { measureChecks } = await import('./checks.js');
      const report = await interruptible((signal) => measureChecks({ ...common, signal }));
      if (flags.svg !== undefined) await writeFile(flags.svg, checksPlot(report));
      print(report, checksTable(report));
      return;
    }
    const { benchCorrection } = await import('./bench.js');
    const report = await interruptible((signal) =>
      benchCorrection({
        ...common,
        workloads: flags.workload === undefined ? workloads : [flags.workload],
        runs: Math.floor(flags.runs ?? defaultRuns),
        sirius: flags.sirius === true,
        ...(flags.modes === undefined ? {} : { modes: flags.modes }),
        onRows: (rows) => {
          status.clear();
          process.stderr.write(`${rowsTable(rows)}\n`);
        },
        signal,
      }),
    );
    print(report, table(report));
  } finally {
    status.clear();
  }
}
