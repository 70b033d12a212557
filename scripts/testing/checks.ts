import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { CommandFailed, run } from '../process/run.js';
import { root } from '../setup/paths.js';
import { need } from '../setup/requirements.js';
import { say, seconds } from '../setup/step.js';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** The static checks: types of both sides, lint, format of TypeScript and of C++. Runs all, two at a time, and tells whether all passed. */
export async function checks(): Promise<boolean> {
  await need('lint');
  const tool = (...parts: string[]): string => path.join(root, 'node_modules', ...parts);
  const node = process.execPath;
  const tsc = tool('typescript', 'bin', 'tsc');
  const cpp = await cppFiles();
  const all: readonly Check[] = [
    { name: 'types', command: node, args: [tsc, '-p', '.'] },
    { name: 'types of the webviews', command: node, args: [tsc, '-p', 'src/webview'] },
    { name: 'types of the ui tests', command: node, args: [tsc, '-p', 'test/ui'] },
    {
      name: 'eslint',
      command: node,
      args: [tool('eslint', 'bin', 'eslint.js'), '--cache', '--cache-location', '.cache/eslint', '.'],
    },
    {
      name: 'prettier',
      command: node,
      args: [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
    },
    { name: 'clang-format', command: 'clang-format', args: ['--dry-run', '-Werror', ...cpp] },
  ];
  const waiting = [...all];
  let passed = true;
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift())
      passed = (await passes(check)) && passed;
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  return passed;
}

async function passes({ name, command, args }: Check): Promise<boolean> {
  const start = performance.now();
  try {
    await run(command, args, { cwd: root });
    say(name, `passed in ${seconds(performance.now() - start)}`);
    return true;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    say(name, 'FAILED');
    return false;
  }
}

async function cppFiles(): Promise<string[]> {
  const native = path.join(root, 'native');
  const found = await readdir(native, { recursive: true });
  return found
    .filter((name) => !/^(\.work|bins)(\/|\\|$)/.test(name) && /\.(c|h|cpp|hpp|cu|cuh)$/.test(name))
    .map((name) => path.join('native', name));
}
