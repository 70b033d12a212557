import { countLine, sum } from '../testing/counts.js';
import { checks } from '../testing/checks.js';
import { runSuites } from '../testing/run-suites.js';
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
  const results = await runSuites(chosen);
  const counts = results.map((result) => result.counts);
  if (all) {
    const lines = results.map(
      (result) => `${result.name}: ${countLine(result.counts)} (${result.seconds.toFixed(0)} s)`,
    );
    process.stdout.write(`\n${checksPassed ? 'checks: passed' : 'checks: FAILED'}\n${lines.join('\n')}\n`);
    if (!checksPassed) counts.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const total = sum(counts);
  process.stdout.write(`${countLine(total)}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}
