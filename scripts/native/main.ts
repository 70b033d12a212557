import { Command, Option } from 'commander';
import { buildNative } from './build.js';
import type { Flavour } from './configure.js';

interface Options {
  readonly flavour: Flavour;
  readonly jobs?: string;
  readonly force: boolean;
}

const program = new Command('native-build')
  .description('Builds the patched llama.cpp, the sparse engine and the addon into native/bins')
  .addOption(
    new Option('--flavour <name>', 'development: this CPU; release: every CPU variant')
      .choices(['development', 'release'])
      .default('development'),
  )
  .option('--jobs <n>', 'parallel compilers')
  .option('--force', 'build although nothing changed', false)
  .action(async ({ flavour, jobs, force }: Options) => {
    await buildNative({ flavour, force, ...(jobs === undefined ? {} : { jobs: Number(jobs) }) });
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
