import type { Command } from 'commander';
import { requests } from '../../contract/index.js';
import { parseCursor, splitAtCursor } from '../cursor.js';
import {
  needsLayouts,
  settingsOf,
  withGenerationOptions,
  type GenerationFlags,
} from '../generation-options.js';
import { languageOf } from '../language.js';
import { runGenerationCommand } from '../run-generation-command.js';
import { readSource } from '../source-file.js';
import { UsageError } from '../usage-error.js';

interface CompleteFlags extends GenerationFlags {
  readonly at?: string;
  readonly line?: true;
}

const blockLines = 24;

/** `complete FILE --at LINE:COLUMN`: what would stand at the cursor. */
export function completeCommand(program: Command): void {
  const command = program
    .command('complete')
    .description('complete a source file at a cursor')
    .argument('<file>', 'source file')
    .option('--at <line:column>', 'the cursor; both count from 1')
    .option('--line', 'complete the line only');
  withGenerationOptions(command).action(async (file: string, flags: CompleteFlags) => {
    if (flags.at === undefined) throw new UsageError('complete needs --at LINE:COLUMN');
    const cursor = parseCursor(flags.at);
    const { prefix, suffix } = splitAtCursor(await readSource(file), cursor);
    const { sampling, stop, sparsity, correction } = settingsOf(flags);
    await runGenerationCommand(flags, needsLayouts(flags), requests.complete, {
      id: 'complete',
      path: file,
      languageId: languageOf(file),
      prefix,
      suffix,
      context: [],
      shape: flags.line === true ? { kind: 'line' } : { kind: 'block', maxLines: blockLines },
      sampling,
      stop,
      ...(sparsity === undefined ? {} : { sparsity }),
      ...(correction === undefined ? {} : { correction }),
    });
  });
}
