import type { Command } from 'commander';
import { requests, type GenerateRequest } from '../../contract/index.js';
import {
  needsLayouts,
  settingsOf,
  withGenerationOptions,
  type GenerationFlags,
} from '../generation-options.js';
import { runGenerationCommand } from '../run-generation-command.js';
import { readSource } from '../source-file.js';
import { UsageError } from '../usage-error.js';

interface GenerateFlags extends GenerationFlags {
  readonly promptFile?: string;
}

/** `generate --prompt-file F`: continues a text as it stands. */
export function generateCommand(program: Command): void {
  const command = program
    .command('generate')
    .description('continue the text of a file')
    .option('--prompt-file <file>', 'the text to continue');
  withGenerationOptions(command).action(async (flags: GenerateFlags) => {
    if (flags.promptFile === undefined) throw new UsageError('generate needs --prompt-file FILE');
    const text = await readSource(flags.promptFile);
    if (text === '') throw new UsageError(`${flags.promptFile} is empty`);
    const request: GenerateRequest = {
      id: 'generate',
      sequence: 'completion',
      prompt: [{ kind: 'text', text }],
      ...settingsOf(flags),
    };
    await runGenerationCommand(flags, needsLayouts(flags), requests.generate, request);
  });
}
