import assert from 'node:assert/strict';
import fc from 'fast-check';
import { priorities, Scheduler, type Priority, type Task } from '../../../src/engine/generation/scheduler.js';

/** Work of some steps that notes when it runs and stops at a step's end when asked to. */
class FakeTask implements Task {
  readonly priority: Priority;
  pauses = 0;
  #paused = false;
  #left: number;
  readonly #name: string;
  readonly #log: string[];

  constructor(name: string, priority: Priority, steps: number, log: string[]) {
    this.#name = name;
    this.priority = priority;
    this.#left = steps;
    this.#log = log;
  }

  async step(): Promise<'paused' | 'done'> {
    this.#paused = false;
    while (this.#left > 0) {
      this.#left -= 1;
      this.#log.push(this.#name);
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#paused && this.#left > 0) return 'paused';
    }
    return 'done';
  }

  pause(): void {
    this.pauses += 1;
    this.#paused = true;
  }
}

describe('Scheduler', () => {
  it('lets a completion go before a running chat, which then goes on', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler();
    const chat = scheduler.run(new FakeTask('chat', 'chat', 4, log));
    const code = scheduler.run(new FakeTask('code', 'completion', 2, log));
    await Promise.all([chat, code]);
    assert.deepEqual(log, ['chat', 'code', 'code', 'chat', 'chat', 'chat']);
  });

  it('does not interrupt a completion for anything', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler();
    const first = new FakeTask('first', 'completion', 3, log);
    await Promise.all([
      scheduler.run(first),
      scheduler.run(new FakeTask('second', 'completion', 1, log)),
      scheduler.run(new FakeTask('chat', 'chat', 1, log)),
    ]);
    assert.equal(first.pauses, 0);
    assert.deepEqual(log, ['first', 'first', 'first', 'second', 'chat']);
  });

  it('passes a failure on and goes on with the rest', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler();
    const broken: Task = {
      priority: 'completion',
      step: () => Promise.reject(new Error('backend')),
      pause: () => undefined,
    };
    const results = await Promise.allSettled([
      scheduler.run(broken),
      scheduler.run(new FakeTask('after', 'completion', 1, log)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    assert.deepEqual(log, ['after']);
  });

  it('withdraws what waits and tells who works', async () => {
    const log: string[] = [];
    const working: (Priority | null)[] = [];
    const scheduler = new Scheduler((running) => working.push(running));
    const first = scheduler.run(new FakeTask('first', 'completion', 2, log));
    const waiting = new FakeTask('waiting', 'chat', 5, log);
    const withdrawn = scheduler.run(waiting);
    assert.equal(scheduler.withdraw(waiting), true);
    assert.equal(scheduler.withdraw(waiting), false);
    await Promise.all([first, withdrawn]);
    assert.deepEqual(log, ['first', 'first']);
    assert.deepEqual(working, ['completion', null]);
  });

  it('never runs two tasks of one priority interleaved, and finishes everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ priority: fc.constantFrom(...priorities), steps: fc.integer({ min: 1, max: 4 }) }),
          {
            maxLength: 12,
          },
        ),
        async (plans) => {
          const log: string[] = [];
          const scheduler = new Scheduler();
          await Promise.all(
            plans.map(({ priority, steps }, index) =>
              scheduler.run(new FakeTask(`${priority}-${index}`, priority, steps, log)),
            ),
          );
          for (const priority of priorities) {
            const names = log.filter((name) => name.startsWith(priority));
            const expected = plans.flatMap((plan, index) =>
              plan.priority === priority
                ? Array.from({ length: plan.steps }, () => `${priority}-${index}`)
                : [],
            );
            assert.deepEqual(names, expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
