import { statSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { requests, type CalibrateRequest, type CalibrateResult } from '../../contract/index.js';
import { expandHome } from '../../engine/client/index.js';
import { numberIn, withModelOptions } from '../generation-options.js';
import { showProgress } from '../show-progress.js';
import { UsageError } from '../usage-error.js';
import { withEngine, type EngineFlags } from '../with-engine.js';

interface CalibrateFlags extends EngineFlags {
  readonly tokens?: number;
  readonly prose?: true;
  readonly output?: string;
  readonly json?: true;
}

/** `calibrate FOLDER`: learns a sparsity profile for the model from the user's own code. */
export function calibrateCommand(program: Command): void {
  const command = program
    .command('calibrate')
    .description('learn thresholds and weights from the code in a folder')
    .argument('<folder>', 'source code; .gitignore, secrets and size limits are respected')
    .addOption(new Option('--tokens <n>', 'tokens to learn from').argParser(numberIn(256, 10_000_000)))
    .option('--prose', 'read .md, .rst and .txt files instead of source code')
    .option('--output <file>', "write the profile there and don't put it to use");
  withModelOptions(command).action(async (named: string, flags: CalibrateFlags) => {
    const folder = expandHome(named);
    if (!isFolder(folder)) throw new UsageError(`${folder} is not a folder`);
    const result = await withEngine(flags, 'sparse', async (engine) => {
      const stop = showProgress(engine, 'Calibrating');
      try {
        return await engine.client.request(requests.calibrate, requestOf(folder, flags), engine.signal);
      } finally {
        stop();
        engine.status.clear();
      }
    });
    process.stdout.write(`${flags.json === true ? JSON.stringify(result, null, 2) : words(result)}\n`);
  });
}

const requestOf = (folder: string, { tokens, prose, output }: CalibrateFlags): CalibrateRequest => ({
  folder: path.resolve(folder),
  ...(tokens === undefined ? {} : { tokens }),
  ...(prose === undefined ? {} : { reads: 'prose' }),
  ...(output === undefined ? {} : { output: path.resolve(expandHome(output)) }),
});

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function words({ profilePath, files, tokens, before, after, layers }: CalibrateResult): string {
  const curve = after.map(({ density, kl }) => {
    const then = before.find((point) => point.density === density)?.kl;
    const from = then === undefined ? '' : `${then.toFixed(4)} -> `;
    return `  density ${density.toFixed(2)}: KL ${from}${kl.toFixed(4)}`;
  });
  const spread = layers === 'even' ? 'the same in every layer' : 'by what each layer costs';
  return [
    `${profilePath}: learnt from ${tokens} tokens of ${files} files; densities ${spread}`,
    ...curve,
  ].join('\n');
}
