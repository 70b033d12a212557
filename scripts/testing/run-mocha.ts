import { readdir } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';
import { root } from '../setup/paths.js';
import { CountReporter } from './count-reporter.js';

/**
 * Runs `*.test.ts` files of a suite in this process: `run-mocha.ts TIMEOUT_MS[+RETRIES] FILE_OR_FOLDER...`.
 * Retries are for suites that drive a whole editor; every one is printed.
 * Exits 1 on a failure and when there was no test at all.
 */
const [limits = '10000', ...entries] = process.argv.slice(2);
const [timeout, retries = '0'] = limits.split('+');
const mocha = new Mocha({
  reporter: CountReporter,
  timeout: Number(timeout),
  retries: Number(retries),
  forbidOnly: true,
  color: false,
});
const files = (await Promise.all(entries.map(testFiles))).flat().sort();
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
// Leaving by exit lets what the tests started be ended.
process.once('SIGTERM', () => process.exit(143));
let ran = 0;
const runner = mocha.run((failures) => {
  if (ran === 0) process.stderr.write(`No test ran in ${entries.join(' ')}\n`);
  // What a test left open must not hold the suite up; a test that hangs has its own time limit.
  process.exit(failures === 0 && ran > 0 ? 0 : 1);
});
runner.on('retry', (test: Mocha.Test, error: Error) => {
  process.stdout.write(`    again: ${test.fullTitle()}: ${error.message}\n`);
});
runner.on('test end', () => ran++);

async function testFiles(entry: string): Promise<string[]> {
  const full = path.resolve(root, entry);
  if (full.endsWith('.ts')) return [full];
  const found = await readdir(full, { recursive: true }).catch(() => []);
  return found.filter((name) => name.endsWith('.test.ts')).map((name) => path.join(full, name));
}
