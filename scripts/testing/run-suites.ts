import type { Counts } from './counts.js';
import { HeldOutput } from './held-output.js';
import { runSuite, type Suite } from './suite.js';

/** What came of a suite. */
export interface SuiteResult {
  readonly name: string;
  readonly counts: Counts;
  readonly seconds: number;
}

/**
 * Runs suites in their order. Those that can wait run beside the others, one after the other, with the processor time that is
 * left; what they print comes whole, between two others, or as it is printed once the others are done. Alone they run as any other.
 * @returns the results in the order of `suites`
 * @throws what a suite's preparation throws
 */
export async function runSuites(suites: readonly Suite[]): Promise<SuiteResult[]> {
  const canWait = suites.filter((suite) => suite.canWait === true);
  const waiting = canWait.length < suites.length ? canWait : [];
  // Not beside anything: set-up may install packages, which goes one at a time.
  for (const suite of waiting) await suite.prepare();
  const output = new HeldOutput();
  const results = new Map<Suite, SuiteResult>();
  const beside = (async () => {
    for (const suite of waiting) {
      results.set(suite, await timed(suite, () => runSuite(suite, { write: output.write, givingWay: true })));
      output.close();
    }
  })();
  for (const suite of suites) {
    if (waiting.includes(suite)) continue;
    await suite.prepare();
    results.set(suite, await timed(suite, () => runSuite(suite)));
    output.show();
  }
  output.showFromNowOn();
  await beside;
  return suites.flatMap((suite) => results.get(suite) ?? []);
}

async function timed({ name }: Suite, run: () => Promise<Counts>): Promise<SuiteResult> {
  const start = performance.now();
  const counts = await run();
  return { name, counts, seconds: (performance.now() - start) / 1000 };
}
