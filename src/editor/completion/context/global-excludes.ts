import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A git that does not answer in this time, in milliseconds, counts as none. */
const patienceMs = 2000;

/** Where git looks when `core.excludesFile` is not set. */
function usualFile({ XDG_CONFIG_HOME: config }: NodeJS.ProcessEnv): string {
  return path.join(config || path.join(homedir(), '.config'), 'git', 'ignore');
}

/** Asks git itself: its configuration has several files, includes and conditions. Without git the usual place is taken. */
async function excludesFile(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const asking = ['-C', folder, 'config', '--type=path', '--get', 'core.excludesFile'];
  // Not started in the folder: under Windows a program of that name in it would run.
  const options = { cwd: homedir(), env: environment, timeout: patienceMs, windowsHide: true };
  try {
    const { stdout } = await run('git', asking, options);
    return path.resolve(folder, stdout.replace(/\r?\n$/, ''));
  } catch {
    return usualFile(environment);
  }
}

/**
 * What the user has git ignore in every repository: the text of `core.excludesFile`, empty where there is none.
 * @param folder of the repository, on this machine's disk: its own configuration may name another file
 */
export async function globalExcludes(folder: string, environment = process.env): Promise<string> {
  return await readFile(await excludesFile(folder, environment), 'utf8').catch(() => '');
}
