import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every line of standard output and standard error, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A command that ended with another status than 0; the message ends with the last lines it printed. */
export class CommandFailed extends Error {
  constructor(
    readonly command: string,
    readonly status: number | null,
    readonly tail: readonly string[],
  ) {
    super(`${command} ended with ${status ?? 'a signal'}:\n${tail.join('\n')}`);
    this.name = 'CommandFailed';
  }
}

const tailLines = 40;

/**
 * Runs a command to its end and returns what it printed, in lines.
 * @throws CommandFailed when it could not be started or its status is not 0.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    const take = (line: string): void => {
      lines.push(line);
      options.onLine?.(line);
    };
    createInterface({ input: child.stdout }).on('line', take);
    createInterface({ input: child.stderr }).on('line', take);
    child.once('error', (error) => reject(new CommandFailed(command, null, [error.message])));
    child.once('close', (status) => {
      if (status === 0) resolve(lines);
      else reject(new CommandFailed(`${command} ${args[0] ?? ''}`.trim(), status, lines.slice(-tailLines)));
    });
  });
}
