import { setTimeout as delay } from 'node:timers/promises';
import { afterCrash, type BackOff, type RestartDecision } from './back-off.js';
import { Emitter } from './emitter.js';
import { EngineError } from '../engine-error.js';
import { describeExit, type EngineProcess, type ProcessExit } from './engine-process.js';
import type { EngineLaunch } from './launch.js';
import { EngineSession } from './session.js';

/** An exit nobody asked for, and what is done about it. */
export interface Crash {
  readonly exit: ProcessExit;
  readonly words: string;
  readonly decision: RestartDecision;
}

/** Keeps one engine process alive: starts it on demand, restarts it with back-off, gives up after too many crashes in a row. */
export class Supervisor {
  readonly forked = new Emitter<EngineProcess>();
  readonly starting = new Emitter<void>();
  readonly started = new Emitter<EngineSession>();
  readonly crashed = new Emitter<Crash>();
  readonly output = new Emitter<string>();
  readonly #launch: () => EngineLaunch;
  readonly #backOff: BackOff;
  #pending: Promise<EngineSession> | null = null;
  #current: EngineSession | null = null;
  #process: EngineProcess | null = null;
  #stopping = new AbortController();
  #crashes = 0;
  #gaveUp: string | null = null;

  /** @param launch asked before every start, so that a restart can differ from the first */
  constructor(launch: () => EngineLaunch, backOff: BackOff) {
    this.#launch = launch;
    this.#backOff = backOff;
  }

  get current(): EngineSession | null {
    return this.#current;
  }

  /** The live process, greeted or not. */
  get process(): EngineProcess | null {
    return this.#process;
  }

  /** Whether it stopped too often in a row, and is not started until {@link stop} was called. */
  get gaveUp(): boolean {
    return this.#gaveUp !== null;
  }

  /** Joins the running engine, or the start or restart under way, or starts one. */
  async session(): Promise<EngineSession> {
    if (this.#gaveUp !== null) throw new EngineError('engine-down', this.#gaveUp, 'Restart the engine.');
    if (this.#current !== null) return this.#current;
    this.#pending ??= this.#start(0);
    return await this.#pending;
  }

  /** Stops the engine if there is one, and forgets past crashes. A later {@link session} starts a new one. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#crashes = 0;
    this.#gaveUp = null;
    const process = this.#process;
    this.#forget();
    await process?.stop();
  }

  async #start(waitMs: number): Promise<EngineSession> {
    const { signal } = this.#stopping;
    try {
      await delay(waitMs, undefined, { signal });
    } catch {
      throw new EngineError('engine-down', 'The engine was stopped.');
    }
    this.starting.emit();
    const session = await this.#greet();
    if (signal.aborted) throw new EngineError('engine-down', 'The engine was stopped.');
    this.#current = session;
    this.#pending = null;
    this.started.emit(session);
    return session;
  }

  /** An engine that answers its greeting with an error is stopped: the next start may be another build. */
  async #greet(): Promise<EngineSession> {
    try {
      return await EngineSession.start(
        this.#launch(),
        (process) => {
          this.#process = process;
          this.forked.emit(process);
          void process.exited.then((exit) => this.#onExit(process, exit));
        },
        (line) => this.output.emit(line),
      );
    } catch (error) {
      const process = this.#process;
      if (process?.channelOpen === true) {
        this.#forget();
        await process.stop();
      }
      throw error;
    }
  }

  #onExit(process: EngineProcess, exit: ProcessExit): void {
    if (process !== this.#process) return;
    this.#forget();
    const decision = afterCrash(this.#backOff, this.#crashes, exit.livedMs);
    const words = describeExit(exit);
    if (decision.kind === 'wait') {
      this.#crashes = decision.attempt;
      this.#pending = this.#start(decision.waitMs);
      this.#pending.catch(() => undefined);
    } else {
      this.#gaveUp = `The engine stopped ${decision.attempts + 1} times in a row (${words}) and was not started again.`;
    }
    this.crashed.emit({ exit, words, decision });
  }

  #forget(): void {
    this.#process = null;
    this.#current = null;
    this.#pending = null;
  }
}
