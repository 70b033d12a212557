/** Who goes first. Completion pre-empts chat at a token boundary; both pre-empt measurements. */
export const priorities = ['completion', 'chat', 'measurement'] as const;
export type Priority = (typeof priorities)[number];

/** Work on the one context of the engine that can be interrupted at a token boundary. */
export interface Task {
  readonly priority: Priority;
  /** Runs until it is done or has been asked to pause. Called again after a pause. Never two tasks at a time. */
  step(): Promise<'paused' | 'done'>;
  /** Asks the running step to return `paused` soon. May be ignored. */
  pause(): void;
}

interface Entry {
  readonly task: Task;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gives the context to one task at a time: the highest priority first, in order of arrival within one priority. A paused task goes
 * on before later ones of its priority, so that no sequence ever holds two unfinished generations.
 */
export class Scheduler {
  readonly #waiting = new Map<Priority, Entry[]>(priorities.map((priority) => [priority, []]));
  readonly #onChange: (running: Priority | null) => void;
  #running: Entry | null = null;
  #told: Priority | null = null;

  /** @param onChange told which kind of work has the context, null for none */
  constructor(onChange: (running: Priority | null) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get running(): Priority | null {
    return this.#running?.task.priority ?? null;
  }

  /** Resolves when the task is done; rejects with what its step rejected with. */
  run(task: Task): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue(task.priority).push({ task, resolve, reject });
      const running = this.#running;
      if (running === null) void this.#drain();
      else if (rank(task.priority) < rank(running.task.priority)) running.task.pause();
    });
  }

  /** Takes a task that has never been started out of the queue. @returns false when it has run or is running */
  withdraw(task: Task): boolean {
    const queue = this.#queue(task.priority);
    const index = queue.findIndex((entry) => entry.task === task);
    const [entry] = index < 0 ? [] : queue.splice(index, 1);
    entry?.resolve();
    return entry !== undefined;
  }

  async #drain(): Promise<void> {
    for (let entry = this.#next(); entry !== null; entry = this.#next()) {
      this.#running = entry;
      this.#tell(entry.task.priority);
      try {
        if ((await entry.task.step()) === 'done') entry.resolve();
        else this.#queue(entry.task.priority).unshift(entry);
      } catch (error) {
        entry.reject(error);
      }
    }
    this.#running = null;
    this.#tell(null);
  }

  #tell(running: Priority | null): void {
    if (running === this.#told) return;
    this.#told = running;
    this.#onChange(running);
  }

  #next(): Entry | null {
    for (const queue of this.#waiting.values()) {
      const entry = queue.shift();
      if (entry !== undefined) return entry;
    }
    return null;
  }

  #queue(priority: Priority): Entry[] {
    const queue = this.#waiting.get(priority);
    if (queue === undefined) throw new RangeError(`unknown priority ${priority}`);
    return queue;
  }
}

const rank = (priority: Priority): number => priorities.indexOf(priority);
