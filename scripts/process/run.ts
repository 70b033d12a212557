import { spawn, type SpawnOptions } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Output goes to this file, and its last lines into the error of a failure; without it, output goes to the terminal. */
  readonly logFile?: string;
}

/** A command that ended with another code than 0, was killed, or could not be started. */
export class CommandFailed extends Error {
  constructor(command: string, cause: string, tail: string) {
    super(`${command}: ${cause}${tail === '' ? '' : `\n${tail}`}`);
    this.name = 'CommandFailed';
  }
}

/** Runs a command to its end. @throws CommandFailed */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { cwd, env, logFile } = options;
  const base: SpawnOptions = { ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) };
  const shown = [command, ...args].join(' ');
  if (logFile === undefined) {
    const ended = await waitFor(spawn(command, args, { ...base, stdio: 'inherit' }));
    if (ended !== null) throw new CommandFailed(shown, ended, '');
    return;
  }
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  log.write(`$ ${shown}\n`);
  const child = spawn(command, args, { ...base, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = await waitFor(child);
  log.end();
  await finished(log);
  if (ended !== null)
    throw new CommandFailed(shown, ended, `${await lastLines(logFile, 30)}\n(whole log: ${logFile})`);
}

/** Runs a command and returns what it wrote to standard output. @throws CommandFailed */
export async function capture(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = await waitFor(child);
  if (ended !== null) throw new CommandFailed([command, ...args].join(' '), ended, err.trim());
  return out;
}

function waitFor(child: ReturnType<typeof spawn>): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      resolve(code === 0 ? null : signal === null ? `exit code ${String(code)}` : `ended by ${signal}`);
    });
  });
}

async function lastLines(file: string, count: number): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.slice(-count).join('\n');
}
