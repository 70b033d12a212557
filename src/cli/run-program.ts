import { CommanderError, type Command } from 'commander';
import { EngineError } from '../engine/client/index.js';
import { UsageError } from './usage-error.js';

const failed = 1;
const badUsage = 2;

/** Runs the command line. @returns the exit code: 0, 2 for bad usage, 1 for a failure, with one line on standard error */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : badUsage;
    process.stderr.write(`sparse-pilot: ${describe(error)}\n`);
    return error instanceof UsageError || isBadRequest(error) ? badUsage : failed;
  }
}

const isBadRequest = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'bad-request';

function describe(error: unknown): string {
  if (error instanceof EngineError && error.nextStep !== undefined)
    return `${error.message} ${error.nextStep}`;
  return error instanceof Error ? error.message : String(error);
}
