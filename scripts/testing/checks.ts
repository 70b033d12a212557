import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailed, run } from '../process/run.js';
import { root } from '../setup/paths.js';
import { need } from '../setup/requirements.js';
import { say, seconds } from '../setup/step.js';

/** The static checks: types of both sides, lint, format of TypeScript and of C++. Runs all, and tells whether all passed. */
export async function checks(): Promise<boolean> {
  await need('lint');
  const tool = (...parts: string[]): string => path.join(root, 'node_modules', ...parts);
  const node = process.execPath;
  const tsc = tool('typescript', 'bin', 'tsc');
  const cpp = await cppFiles();
  const all: readonly { name: string; command: string; args: readonly string[] }[] = [
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
  let passed = true;
  for (const { name, command, args } of all) {
    const start = performance.now();
    try {
      await run(command, args, { cwd: root });
      say(name, `passed in ${seconds(performance.now() - start)}`);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      say(name, 'FAILED');
      passed = false;
    }
  }
  return passed;
}

async function cppFiles(): Promise<string[]> {
  const native = path.join(root, 'native');
  const found = await readdir(native, { recursive: true });
  return found
    .filter((name) => !/^(\.work|bins)(\/|\\|$)/.test(name) && /\.(c|h|cpp|hpp|cu|cuh)$/.test(name))
    .map((name) => path.join('native', name));
}
