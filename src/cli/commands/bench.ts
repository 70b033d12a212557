import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { requests, type SelectorId, type SweepRequest } from '../../contract/index.js';
import { expandHome } from '../../engine/client/index.js';
import {
  runBenchCorrection,
  withCorrectionOptions,
  type BenchCorrectionFlags,
} from '../bench-correction/command.js';
import { benchPlot } from '../bench/plot.js';
import { madeModel, withMadeModelOptions, type MadeModelFlags } from '../bench/made-model.js';
import { benchTable } from '../bench/table.js';
import { numberIn, withModelOptions } from '../generation-options.js';
import { parseDensities, parseSelectors } from '../list-options.js';
import { showProgress } from '../show-progress.js';
import { readSource } from '../source-file.js';
import { withEngine } from '../with-engine.js';

interface BenchFlags extends BenchCorrectionFlags, Pick<MadeModelFlags, 'shape' | 'quant'> {
  readonly correction?: true;
  readonly selectors?: readonly SelectorId[];
  readonly densities: readonly number[];
  readonly tokens?: number;
  readonly promptTokens?: number;
  readonly checks?: 'rolling' | 'all';
  /** False after `--no-profile`. */
  readonly profile?: string | boolean;
  readonly runs?: number;
  readonly variants?: true;
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
    .addOption(
      new Option('--prompt-tokens <n>', 'tokens of text before those, a dense prompt').argParser(
        numberIn(16, 4096),
      ),
    )
    .addOption(
      new Option('--runs <n>', 'interleaved pairs of timings; 0: quality only').argParser(numberIn(0, 99)),
    )
    .addOption(
      new Option('--checks <whose>', 'whose cells dense passes rewrite every 16 tokens').choices([
        'rolling',
        'all',
      ]),
    )
    .option('--profile <file>', 'sparsity profile to measure with (default: the one in use)')
    .option('--no-profile', 'measure without a sparsity profile')
    .option('--variants', 'also CATS as published, and input channels weighed by their weights (WINA)')
    .option('--text <file>', 'held-out text to measure quality on')
    .option('--svg <file>', 'write a plot');
  withCorrectionOptions(withMadeModelOptions(withModelOptions(command))).action(async (asked: BenchFlags) => {
    const model = await madeModel(asked);
    const flags = { ...asked, ...(model !== undefined && { model }) };
    if (flags.correction === true) return runBenchCorrection(flags);
    const request: SweepRequest = {
      densities: flags.densities,
      ...(flags.selectors === undefined ? {} : { selectors: flags.selectors }),
      ...(flags.tokens === undefined ? {} : { tokens: flags.tokens }),
      ...(flags.promptTokens === undefined ? {} : { promptTokens: flags.promptTokens }),
      ...(flags.checks === undefined ? {} : { checks: flags.checks }),
      ...(flags.variants === undefined ? {} : { variants: flags.variants }),
      ...profileOf(flags.profile),
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
    if (flags.svg !== undefined) await writeFile(expandHome(flags.svg), benchPlot(report));
    process.stdout.write(`${flags.json === true ? JSON.stringify(report, null, 2) : benchTable(report)}\n`);
  });
}

/** What `--profile FILE`, `--no-profile` or neither asks for. */
function profileOf(flag: string | boolean | undefined): Pick<SweepRequest, 'profile'> {
  if (flag === false) return { profile: null };
  return typeof flag === 'string' ? { profile: path.resolve(expandHome(flag)) } : {};
}
