import type { LoadModelRequest, ModelInfo } from '../../contract/engine-info.js';
import { requests } from '../../contract/protocol.js';
import { EngineError } from '../engine-error.js';
import { recover } from './recovery.js';
import type { EngineSession } from './session.js';

interface Wanted {
  readonly load: LoadModelRequest;
  /** Crashes with this model since it last answered. */
  crashes: number;
  phase: 'loading' | 'running';
  /** Where it is loaded or being loaded. */
  session: EngineSession | null;
  loaded: Promise<ModelInfo> | null;
  /** Whether the engine it was last loaded in has a GPU. */
  gpu: boolean;
}

/**
 * Remembers which model is wanted and loads it again in every new session, more gently when the engine died with it
 * ({@link recover}).
 */
export class ModelKeeper {
  #wanted: Wanted | null = null;
  #stockBuild = false;
  readonly #onStep: (step: string) => void;

  /** @param onStep told in words when a model is loaded more gently than asked */
  constructor(onStep: (step: string) => void) {
    this.#onStep = onStep;
  }

  /** Whether the next process should use the stock native build. */
  get stockBuild(): boolean {
    return this.#stockBuild;
  }

  useStockBuild(): void {
    this.#stockBuild = true;
  }

  want(load: LoadModelRequest): void {
    this.#wanted = { load, crashes: 0, phase: 'loading', session: null, loaded: null, gpu: false };
  }

  forget(): void {
    this.#wanted = null;
  }

  /** Crashes are forgiven when the user restarts the engine on purpose. */
  forgive(): void {
    this.#stockBuild = false;
    if (this.#wanted !== null) this.#wanted.crashes = 0;
  }

  /** Called when a process died: the next load may be gentler, and may need the other build. */
  onCrash(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    wanted.crashes += 1;
    wanted.session = null;
    wanted.loaded = null;
    if (recover(wanted.load, wanted.phase, wanted.crashes, wanted.gpu).stockBuild) this.#stockBuild = true;
  }

  /**
   * Makes sure that the wanted model is loaded in this session.
   * @returns null when no model is wanted
   */
  async ensure(session: EngineSession, signal?: AbortSignal): Promise<ModelInfo | null> {
    const wanted = this.#wanted;
    if (wanted === null) return null;
    if (wanted.session !== session || wanted.loaded === null) {
      wanted.session = session;
      wanted.loaded = this.#load(wanted, session, signal);
    }
    return await wanted.loaded;
  }

  async #load(wanted: Wanted, session: EngineSession, signal?: AbortSignal): Promise<ModelInfo> {
    wanted.gpu = session.info.native.gpu !== null;
    const recovery = recover(wanted.load, wanted.phase, wanted.crashes, wanted.gpu);
    if (recovery.step !== null) this.#onStep(recovery.step);
    wanted.phase = 'loading';
    try {
      const model = await session.request(requests.loadModel, recovery.load, signal);
      wanted.phase = 'running';
      return recovery.step === null ? model : { ...model, stepDowns: [...model.stepDowns, recovery.step] };
    } catch (error) {
      const died = error instanceof EngineError && error.code === 'engine-down';
      if (!died && this.#wanted === wanted) this.#wanted = null;
      throw error;
    }
  }
}
