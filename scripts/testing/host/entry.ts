import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { CountReporter } from '../count-reporter.js';

/**
 * Runs inside the extension host: every bundled test file beside this one, under mocha. What mocha prints goes to a file,
 * because an extension host has no terminal. Bundled to CommonJS, the form that VS Code loads tests in.
 */
export async function run(): Promise<void> {
  const output = path.join(__dirname, 'output.log');
  Mocha.reporters.Base.consoleLog = (format: string, ...values: unknown[]) => {
    appendFileSync(output, `${printf(format, values)}\n`);
  };
  const mocha = new Mocha({ reporter: CountReporter, timeout: 60_000, forbidOnly: true, color: false });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, name));
  }
  let ran = 0;
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      if (ran === 0) reject(new Error('No test ran'));
      else if (failures > 0) reject(new Error(`${failures} failed`));
      else resolve();
    });
    runner.on('test end', () => ran++);
  });
}

function printf(format: string, values: unknown[]): string {
  const rest = [...values];
  const text = String(format ?? '').replace(/%[sdj%]/g, (mark) => {
    return mark === '%%' ? '%' : String(rest.shift());
  });
  return [text, ...rest.map(String)].join(' ');
}
