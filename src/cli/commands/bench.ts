import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { requests, type SelectorId, type SweepRequest } from '../../contract/index.js';
import {
  runBenchCorrection,
  withCorrectionOptions,
  type BenchCorrectionFlags,
} from '../bench-correction/command.js';
import { benchPlot } from '../bench/plot.js';
import { benchTable } from '../bench/table.js';
import { numberIn, withModelOptions } from '../generation-options.js';
import { parseDensities, parseSelectors } from '../list-options.js';
import { showProgress } from '../show-progress.js';
import { readSource } from '../source-file.js';
import { withEngine } from '../with-engine.js';

interface BenchFlags extends BenchCorrectionFlags {
  readonly correction?: true;
  readonly selectors?: readonly SelectorId[];
  readonly densities: readonly number[];
  readonly tokens?: number;
  readonly runs?: number;
  readonly text?: string;
  readonly svg?: string;
  readonly json?: true;
}

/** `bench`: speed and quality of every selector and density beside dense, in one run. */
export function benchCommand(program: Command): void {
  const command = program
    .command('bench')
    .description('measure selectors and densities against dense: speed, bytes, KL, agreement')
    .addOption(
      new Option('--selectors <list>', 'such as cats,chess; all by default').argParser(parseSelectors),
    )
    .addOption(
      new Option('--densities <list>', 'kept shares').argParser(parseDensities).default([0.9, 0.7, 0.5, 0.3]),
    )
    .addOption(new Option('--tokens <n>', 'tokens of text a point').argParser(numberIn(16, 4096)))
    .addOption(new Option('--runs <n>', 'interleaved pairs of timings').argParser(numberIn(1, 99)))
    .option('--text <file>', 'held-out text to measure quality on')
    .option('--svg <file>', 'write a plot');
  withCorrectionOptions(withModelOptions(command)).action(async (flags: BenchFlags) => {
    if (flags.correction === true) return runBenchCorrection(flags);
    const request: SweepRequest = {
      densities: flags.densities,
      ...(flags.selectors === undefined ? {} : { selectors: flags.selectors }),
      ...(flags.tokens === undefined ? {} : { tokens: flags.tokens }),
      ...(flags.runs === undefined ? {} : { runs: flags.runs }),
      ...(flags.text === undefined ? {} : { text: await readSource(flags.text) }),
    };
    const report = await withEngine(flags, 'sparse', async (engine) => {
      const stop = showProgress(engine, 'Measuring');
      try {
        return await engine.client.request(requests.sweep, request, engine.signal);
      } finally {
        stop();
        engine.status.clear();
      }
    });
    if (flags.svg !== undefined) await writeFile(flags.svg, benchPlot(report));
    process.stdout.write(`${flags.json === true ? JSON.stringify(report, null, 2) : benchTable(report)}\n`);
  });
}
