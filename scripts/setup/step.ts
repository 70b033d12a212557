import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheFolder } from './paths.js';

/** One part of set-up. It is skipped while its inputs are as they were when it last finished and its outputs are there. */
export interface Step {
  /** Short, and fit for a file name. */
  readonly name: string;
  /** A hash of whatever the outputs depend on. */
  readonly inputs: () => Promise<string>;
  /** Absolute paths that exist when the step is done. */
  readonly outputs: readonly string[];
  readonly run: () => Promise<void>;
}

/**
 * Brings a step up to date. Two processes that need the same step do it once; an interrupted one is taken up again
 * the next time.
 */
export async function runStep(step: Step): Promise<void> {
  const folder = path.join(cacheFolder, 'steps');
  await mkdir(folder, { recursive: true });
  const stamp = path.join(folder, `${step.name}.done`);
  const inputs = await step.inputs();
  if (await upToDate(step, stamp, inputs)) {
    sayOnce(step.name);
    return;
  }
  const release = await lock(stamp, {
    realpath: false,
    stale: 30_000,
    retries: { retries: 1800, minTimeout: 1000, maxTimeout: 1000 },
  });
  try {
    if (await upToDate(step, stamp, inputs)) return;
    say(step.name, 'started');
    const start = performance.now();
    await rm(stamp, { force: true });
    await step.run();
    await writeFile(`${stamp}.new`, inputs);
    await rename(`${stamp}.new`, stamp);
    say(step.name, `done in ${seconds(performance.now() - start)}`);
  } finally {
    await release();
  }
}

const said = new Set<string>();

function sayOnce(name: string): void {
  if (!said.has(name)) say(name, 'up to date');
  said.add(name);
}

/** A line of progress, on standard error so that results can be piped. */
export function say(name: string, message: string): void {
  process.stderr.write(`[${name}] ${message}\n`);
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

async function upToDate(step: Step, stamp: string, inputs: string): Promise<boolean> {
  const last = await readFile(stamp, 'utf8').catch(() => null);
  if (last !== inputs) return false;
  const present = await Promise.all(step.outputs.map((output) => stat(output).catch(() => null)));
  return present.every((entry) => entry !== null);
}
