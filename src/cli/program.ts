import { Command } from 'commander';
import { commands } from './commands/index.js';

/** The whole command line, without running it. */
export function createProgram(): Command {
  const program = new Command('sparse-pilot')
    .description(
      'Local code completion with activation sparsity and speculative correction, without an editor.',
    )
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  for (const add of commands) add(program);
  for (const command of program.commands) settle(command);
  return program;
}

/** Subcommands inherit nothing set after their creation: every one reports bad usage by throwing. */
function settle(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) settle(inner);
}
