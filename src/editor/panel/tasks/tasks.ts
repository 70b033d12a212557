import { panelTasks, type PanelTask, type TaskState } from '../../../contract/index.js';

/** Reports how far a job is; a `total` of 0 means not known. */
export type OnProgress = (done: number, total: number, message: string) => void;

/** What a failed job tells the user. */
export interface Failure {
  readonly message: string;
  readonly nextStep: string | null;
}

interface Running {
  readonly controller: AbortController;
}

/** The panel's background jobs: one of a kind at a time, each with progress, cancel and a failure in words. */
export class Tasks {
  readonly #states = new Map<PanelTask, TaskState>(panelTasks.map((task) => [task, { kind: 'idle' }]));
  readonly #running = new Map<PanelTask, Running>();

  constructor(
    private readonly onChange: () => void,
    private readonly explain: (error: unknown) => Failure | null,
  ) {}

  get states(): Readonly<Record<PanelTask, TaskState>> {
    return { measure: this.#of('measure'), calibrate: this.#of('calibrate'), compare: this.#of('compare') };
  }

  /**
   * Runs a job unless one of its kind is running. It never rejects: a failure becomes the task's state, and a cancelled job
   * (one that `explain` answers with null) leaves it idle.
   */
  async run(
    task: PanelTask,
    job: (signal: AbortSignal, onProgress: OnProgress) => Promise<void>,
  ): Promise<void> {
    if (this.#running.has(task)) return;
    const controller = new AbortController();
    this.#running.set(task, { controller });
    this.#set(task, { kind: 'running', done: 0, total: 0, message: '' });
    try {
      await job(controller.signal, (done, total, message) => {
        if (!controller.signal.aborted) this.#set(task, { kind: 'running', done, total, message });
      });
      this.#end(task, { kind: 'idle' });
    } catch (error) {
      const failure = controller.signal.aborted ? null : this.explain(error);
      this.#end(task, failure === null ? { kind: 'idle' } : { kind: 'failed', ...failure });
    }
  }

  cancel(task: PanelTask): void {
    this.#running.get(task)?.controller.abort();
  }

  dispose(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  #of(task: PanelTask): TaskState {
    return this.#states.get(task) ?? { kind: 'idle' };
  }

  #end(task: PanelTask, state: TaskState): void {
    this.#running.delete(task);
    this.#set(task, state);
  }

  #set(task: PanelTask, state: TaskState): void {
    this.#states.set(task, state);
    this.onChange();
  }
}
