import type { LoadModelRequest, ModelInfo } from '../../contract/engine-info.js';
import { requests } from '../../contract/protocol.js';
import { EngineError } from '../engine-error.js';
import { recover } from './recovery.js';
import type { EngineSession } from './session.js';

interface Wanted {
  readonly load: LoadModelRequest;
  /** Crashes with this model since it was last healthy. */
  crashes: number;
  phase: 'loading' | 'running';
  /** When it was last loaded, by the keeper's clock; null until it is for the first time. */
  loadedAt: number | null;
  /** Where it is loaded or being loaded. */
  session: Pick<EngineSession, 'info' | 'request'> | null;
  loaded: Promise<ModelInfo> | null;
  /** Ends the load under way. */
  abort: AbortController | null;
  /** Whether the engine it was last loaded in has a GPU. */
  gpu: boolean;
  /** The model before this one: wanted again when this one's first load is cancelled. */
  before: Wanted | null;
}

export interface ModelKeeperOptions {
  /** Told in words when a model is loaded more gently than asked. */
  readonly onStep: (step: string) => void;
  /** Milliseconds that a loaded model must live for its crashes to be forgiven. */
  readonly healthyMs: number;
  /** Milliseconds; default the system's clock. */
  readonly now?: () => number;
}

/**
 * Remembers which model is wanted and loads it again in every new session, more gently when the engine died with it
 * ({@link recover}).
 */
export class ModelKeeper {
  readonly #options: ModelKeeperOptions;
  #wanted: Wanted | null = null;
  /** `crashes`: of the wanted model. `unusable`: ours does not load at all. */
  #stock: 'no' | 'crashes' | 'unusable' = 'no';

  constructor(options: ModelKeeperOptions) {
    this.#options = options;
  }

  /** Whether the next process should use the stock native build. */
  get stockBuild(): boolean {
    return this.#stock !== 'no';
  }

  /** Our build does not load: no model changes that. */
  useStockBuild(): void {
    this.#stock = 'unusable';
  }

  /**
   * Wants this model from now on, in the next {@link ensure}; the load of another ends. Crashes with the same load count on.
   */
  want(load: LoadModelRequest): void {
    if (this.#wanted !== null && sameLoad(this.#wanted.load, load)) {
      // the engine may have unloaded it; a load under way is joined
      if (this.#wanted.abort === null) this.#wanted.loaded = null;
      return;
    }
    this.cancel();
    const settled = this.#wanted?.loadedAt === null ? this.#wanted.before : this.#wanted;
    const state = { crashes: 0, phase: 'loading', loadedAt: null, session: null, loaded: null } as const;
    this.#wanted = { load, ...state, abort: null, gpu: false, before: settled };
  }

  wants(load: LoadModelRequest): boolean {
    return this.#wanted !== null && sameLoad(this.#wanted.load, load);
  }

  forget(): void {
    this.cancel();
    this.#wanted = null;
  }

  /** Ends the load under way, if one is: those who wait for it are told `cancelled`, and the model before is wanted again. */
  cancel(): void {
    this.#wanted?.abort?.abort();
  }

  /** Crashes are forgiven when the user restarts the engine on purpose. */
  forgive(): void {
    this.#stock = 'no';
    if (this.#wanted !== null) this.#wanted.crashes = 0;
  }

  /**
   * Called before another load is wanted: what the model before did to the engine is not this one's fault.
   * @returns whether the process that runs now is of the wrong build for it
   */
  forgiveFor(load: LoadModelRequest): boolean {
    if (this.#stock !== 'crashes' || !this.replaces(load)) return false;
    this.#stock = 'no';
    return true;
  }

  /** Whether another load was wanted until now. */
  replaces(load: LoadModelRequest): boolean {
    return this.#wanted !== null && !this.wants(load);
  }

  /** Called when a process died: the next load may be gentler, and may need the other build. */
  onCrash(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    if (wanted.phase === 'running' && this.#wasHealthy(wanted)) wanted.crashes = 0;
    wanted.crashes += 1;
    wanted.session = null;
    wanted.loaded = null;
    const { stockBuild } = recover(wanted.load, wanted.phase, wanted.crashes, wanted.gpu);
    if (this.#stock !== 'unusable') this.#stock = stockBuild ? 'crashes' : 'no';
  }

  /**
   * Makes sure that the wanted model is loaded in this session.
   * @returns null when no model is wanted
   */
  async ensure(session: Pick<EngineSession, 'info' | 'request'>): Promise<ModelInfo | null> {
    const wanted = this.#wanted;
    if (wanted === null) return null;
    if (wanted.session !== session || wanted.loaded === null) {
      wanted.session = session;
      wanted.loaded = this.#load(wanted, session);
    }
    return await wanted.loaded;
  }

  async #load(wanted: Wanted, session: Pick<EngineSession, 'info' | 'request'>): Promise<ModelInfo> {
    wanted.gpu = session.info.native.gpu !== null;
    const recovery = recover(wanted.load, wanted.phase, wanted.crashes, wanted.gpu);
    if (recovery.step !== null) this.#options.onStep(recovery.step);
    wanted.phase = 'loading';
    const abort = new AbortController();
    wanted.abort = abort;
    try {
      const model = await session.request(requests.loadModel, recovery.load, abort.signal);
      wanted.phase = 'running';
      wanted.loadedAt = this.#now();
      wanted.before = null;
      return recovery.step === null ? model : { ...model, stepDowns: [...model.stepDowns, recovery.step] };
    } catch (error) {
      if (abort.signal.aborted) {
        this.#restore(wanted);
        throw new EngineError('cancelled', 'Loading was cancelled.');
      }
      const died = error instanceof EngineError && error.code === 'engine-down';
      if (!died && this.#wanted === wanted) this.#wanted = null;
      throw error;
    } finally {
      if (wanted.abort === abort) wanted.abort = null;
    }
  }

  /** A model that was loaded once stays wanted when loading it again is cancelled: the next request loads it. */
  #restore(wanted: Wanted): void {
    wanted.session = null;
    wanted.loaded = null;
    if (wanted.loadedAt !== null || this.#wanted !== wanted) return;
    this.#wanted = wanted.before;
    if (wanted.before === null) return;
    wanted.before.session = null;
    wanted.before.loaded = null;
  }

  #wasHealthy({ loadedAt }: Wanted): boolean {
    return loadedAt !== null && this.#now() - loadedAt >= this.#options.healthyMs;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function sameLoad(left: LoadModelRequest, right: LoadModelRequest): boolean {
  return JSON.stringify(left, Object.keys(left).sort()) === JSON.stringify(right, Object.keys(right).sort());
}
