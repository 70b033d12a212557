import type { Scheduler, Task } from '../generation/scheduler.js';

/** Work in small steps: it yields wherever something more urgent may go first, and returns its result. */
export type Steps<T> = AsyncGenerator<undefined, T, undefined>;

/**
 * Runs steps with the lowest priority: completion and chat go first between any two of them.
 * @throws what a step throws; the signal's reason when it is aborted, within one step
 */
export async function runSteps<T>(scheduler: Scheduler, steps: Steps<T>, signal: AbortSignal): Promise<T> {
  const results: T[] = [];
  const task: Task = {
    priority: 'measurement',
    step: async () => {
      signal.throwIfAborted();
      const next = await steps.next();
      if (next.done !== true) return 'paused';
      results.push(next.value);
      return 'done';
    },
    // A step is short: it ends by itself.
    pause: () => undefined,
  };
  await scheduler.run(task);
  const [result] = results;
  if (result === undefined) throw new Error('the steps ended without a result');
  return result;
}
