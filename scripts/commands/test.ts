import { countLine, sum, type Counts } from '../testing/counts.js';
import { checks } from '../testing/checks.js';
import { runSuite } from '../testing/suite.js';
import { suites } from '../testing/suites.js';
import { prepareAll } from '../testing/prepare.js';

/**
 * `npm test`: set-up, the static checks, then every suite; `npm run test:NAME` runs one suite alone.
 * The last line is the sum over the suites; the exit code is 0 only when everything passed.
 */
export async function main(names: readonly string[]): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const chosen = names.length === 0 ? suites : suites.filter((suite) => names.includes(suite.name));
  if (chosen.length < names.length)
    throw new Error(`Suites are: ${suites.map((suite) => suite.name).join(', ')}`);
  const all = names.length === 0;
  if (all) await prepareAll();
  let checksPassed = true;
  if (all) checksPassed = await checks();
  const results: Counts[] = [];
  const lines: string[] = [];
  for (const suite of chosen) {
    await suite.prepare();
    const start = performance.now();
    const counts = await runSuite(suite);
    results.push(counts);
    lines.push(`${suite.name}: ${countLine(counts)} (${((performance.now() - start) / 1000).toFixed(0)} s)`);
  }
  if (all) {
    process.stdout.write(`\n${checksPassed ? 'checks: passed' : 'checks: FAILED'}\n${lines.join('\n')}\n`);
    if (!checksPassed) results.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const total = sum(results);
  process.stdout.write(`${countLine(total)}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}
