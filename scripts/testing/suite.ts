import { spawn } from 'node:child_process';
import { root } from '../setup/paths.js';
import { readCounts, type Counts } from './counts.js';
import { giveWay } from './priority.js';

/** A part of the tests that can also be run alone. */
export interface Suite {
  readonly name: string;
  /** Brings what the suite needs; at once when it is there. */
  readonly prepare: () => Promise<void>;
  /** Arguments for node: a script that ends with a count line, and 0 only when everything passed. */
  readonly nodeArguments: readonly string[];
  /** After this the suite counts as hung. */
  readonly timeoutMs: number;
  /** It only computes: it may run beside others, with the processor time that they leave. Default false. */
  readonly canWait?: boolean;
}

export interface SuiteRun {
  /** Where the output goes, as it comes. Default: this process's own. */
  readonly write?: (text: string) => void;
  /** Take only the processor time that other processes leave. Default false. */
  readonly givingWay?: boolean;
}

const graceMs = 5000;
const toTerminal = (text: string): void => void process.stdout.write(text);

/** A suite that ran: its counts, with every way of going wrong counted as a failure. */
export async function runSuite(
  suite: Suite,
  { write = toTerminal, givingWay = false }: SuiteRun = {},
): Promise<Counts> {
  write(`\n== ${suite.name}\n`);
  const { output, ended } = await runChild(suite, write, givingWay);
  const counts = readCounts(output) ?? { passed: 0, failed: 0, skipped: 0 };
  const complaint =
    ended !== 'exit code 0' ? ended : counts.passed + counts.failed === 0 ? 'no test ran' : null;
  if (complaint === null) return counts;
  write(`${suite.name}: ${complaint}\n`);
  return counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function runChild(
  suite: Suite,
  write: (text: string) => void,
  givingWay: boolean,
): Promise<{ output: string; ended: string }> {
  return new Promise((resolve) => {
    // A group of its own, so that a suite that hangs takes everything it started along.
    const child = spawn(process.execPath, suite.nodeArguments, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (givingWay && child.pid !== undefined) giveWay(child.pid);
    const killGroup = (signal: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended already.
      }
    };
    let output = '';
    const take = (text: string): void => {
      output = (output + text).slice(-100_000);
      write(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      askToLeave();
      setTimeout(() => killGroup('SIGKILL'), graceMs).unref();
    }, suite.timeoutMs);
    // A suite that is asked takes along what it started in groups of their own, such as a server.
    const askToLeave = (): void => killGroup('SIGTERM');
    process.once('exit', askToLeave);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      // What the suite left behind would hold its output open.
      killGroup('SIGKILL');
      process.removeListener('exit', askToLeave);
      const ended = hung
        ? `hung for ${suite.timeoutMs / 60_000} min`
        : signal === null
          ? `exit code ${String(code)}`
          : `ended by ${signal}`;
      setTimeout(() => resolve({ output, ended }), 200);
    });
  });
}
