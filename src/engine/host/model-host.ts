import { cpus } from 'node:os';
import type {
  EngineState,
  GpuStatus,
  LoadModelRequest,
  ModelInfo,
  NativeBuild,
  SelectorId,
} from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import type { Backend } from './backend.js';
import { checkFile, type CheckedFile } from './check-file.js';
import type { EngineLog } from './engine-log.js';
import type { HashCache } from './file-hash.js';
import type { GpuPlan } from '../gpu/plan.js';
import { IdleTimer } from './idle-timer.js';
import { loadModel, type LoadOptions } from './load-model.js';
import type { LoadedModel } from './loaded-model.js';
import { NativeLog } from './native-log.js';
import { openBackend } from './open-backend.js';
import { findProfile } from './profile-file.js';

export interface ModelHostOptions {
  readonly hashes: HashCache;
  readonly log: EngineLog;
  readonly onState: (state: EngineState) => void;
  readonly prefer: 'own' | 'stock';
  readonly planGpu: () => Promise<GpuPlan>;
  /** Hears, 0..1, of layouts that are built at the first use of a selector of linears' inputs. */
  readonly onColumns: (done: number) => void;
  /** Folder of the sparsity profiles. */
  readonly profiles: string;
}

/** What is done with a loaded model; the signal is aborted when the model has to go. */
export type ModelWork<T> = (model: LoadedModel, signal: AbortSignal) => Promise<T>;

interface User {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Owns the native build and the one loaded model: loads, reloads after an idle unload, unloads, and tells its state. */
export class ModelHost {
  readonly #options: ModelHostOptions;
  readonly #nativeLog: NativeLog;
  readonly #idle: IdleTimer;
  readonly #users = new Set<User>();
  #backend: Promise<Backend> | null = null;
  #model: LoadedModel | null = null;
  #request: LoadModelRequest | null = null;
  #state: EngineState = { kind: 'no-model' };
  #loading = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ModelHostOptions) {
    this.#options = options;
    this.#nativeLog = new NativeLog(options.log);
    this.#idle = new IdleTimer(() => void this.#unloadIdle());
  }

  get state(): EngineState {
    return this.#state;
  }

  get loaded(): LoadedModel | null {
    return this.#model;
  }

  /** Loads the native build when it is not loaded yet, and says which it is. */
  async build(threads?: number): Promise<NativeBuild> {
    return (await this.#open(threads)).build;
  }

  /** Whether models run on a GPU here, and why not. */
  async gpu(): Promise<GpuStatus> {
    return (await this.#open(undefined)).gpu;
  }

  /** Processor threads that the native build may use. */
  async threads(): Promise<number> {
    return (await this.#open(undefined)).llama.maxThreads;
  }

  /**
   * Loads a model in place of the one loaded now, once its requests are done. The same request again answers at once. A load that
   * is cancelled leaves what was before: while the file is still being checked the model of before in memory, later its request,
   * so that it is loaded again for the next one.
   * @throws EngineError; the engine then has no model unless it is `cancelled`
   */
  load(request: LoadModelRequest, signal: AbortSignal): Promise<ModelInfo> {
    return this.#exclusive(async () => {
      if (this.#model === null || !sameModel(this.#request, request)) await this.#replace(request, signal);
      else this.#idle.set(request.idleUnloadMinutes ?? 0);
      if (this.#model === null) throw new EngineError('internal', 'The model was not loaded.');
      return this.#model.info;
    });
  }

  /**
   * Gives the loaded model to `work`, loaded again first when it was unloaded for idleness. When the model is changed or unloaded
   * meanwhile, the signal handed to `work` is aborted, and the change waits for it.
   * @throws EngineError `no-model` when none was asked for
   */
  async use<T>(signal: AbortSignal, work: ModelWork<T>): Promise<T> {
    this.#idle.touch();
    if (this.#model !== null) return await this.#enter(this.#model, signal, work);
    // Entered before anything else in the queue can take the model away again.
    const entered = await this.#exclusive(async () => {
      // Not ended with this request: the next one wants the model as well.
      const model = this.#model ?? (await this.#reload());
      return { result: this.#enter(model, signal, work) };
    });
    return await entered.result;
  }

  unload(): Promise<void> {
    return this.#exclusive(async () => {
      this.#request = null;
      await this.#release();
      this.#setState({ kind: 'unloaded', reason: 'asked' });
    });
  }

  /**
   * Tells the state of the loaded model's selectors anew: another profile may be in use, and these ratios to dense were measured
   * (besides earlier ones, which stay).
   */
  refreshSelectors(model: LoadedModel, ratios: ReadonlyMap<SelectorId, number>): void {
    const loaded = this.#model;
    if (loaded === null || loaded.sparsity !== model.sparsity) return;
    loaded.sparsity.useRatios(ratios);
    const { selectors } = loaded.sparsity;
    this.#model = { ...loaded, info: { ...loaded.info, selectors } };
    if (this.#state.kind === 'ready' || this.#state.kind === 'working')
      this.#setState({ ...this.#state, model: this.#model.info });
  }

  /** Tells which sequence works now; null: none. */
  working(sequence: 'completion' | 'chat' | 'measurement' | null): void {
    if (this.#model === null || this.#loading) return;
    const model = this.#model.info;
    this.#setState(sequence === null ? { kind: 'ready', model } : { kind: 'working', model, sequence });
    this.#idle.touch();
  }

  async #reload(): Promise<LoadedModel> {
    if (this.#request !== null) return await this.#replace(this.#request, new AbortController().signal);
    throw new EngineError('no-model', 'No model is loaded.', 'Choose a model first.');
  }

  async #replace(request: LoadModelRequest, signal: AbortSignal): Promise<LoadedModel> {
    const startedAt = performance.now();
    const before = this.#request;
    this.#loading = true;
    try {
      signal.throwIfAborted();
      const backend = await this.#open(request.threads);
      const checked = await this.#check(backend, request, signal);
      signal.throwIfAborted();
      await this.#release();
      this.#idle.set(request.idleUnloadMinutes ?? 0);
      const model = await this.#load(backend, request, checked, { signal, startedAt });
      this.#request = request;
      this.#model = model;
      for (const step of model.info.stepDowns) this.#options.log('warn', step);
      this.#setState({ kind: 'ready', model: model.info });
      return model;
    } catch (error) {
      if (signal.aborted) {
        this.#setState(this.#stateWithout(before));
        throw new EngineError('cancelled', 'Loading was cancelled.');
      }
      await this.#release();
      this.#request = null;
      this.#setState(errorState(error));
      throw error;
    } finally {
      this.#loading = false;
    }
  }

  /** The state after a load that was cancelled. */
  #stateWithout(before: LoadModelRequest | null): EngineState {
    if (this.#model !== null) return { kind: 'ready', model: this.#model.info };
    return before === null ? { kind: 'no-model' } : { kind: 'unloaded', reason: 'asked' };
  }

  async #enter<T>(model: LoadedModel, signal: AbortSignal, work: ModelWork<T>): Promise<T> {
    const stop = new AbortController();
    // Not AbortSignal.any: on Node 20 its signal can be collected, and the abort with it.
    const onAbort = (): void => stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) stop.abort();
    const result = work(model, stop.signal);
    const user = { stop, done: result.then(ignore, ignore) };
    this.#users.add(user);
    try {
      return await result;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#users.delete(user);
      this.#idle.touch();
    }
  }

  async #check(backend: Backend, request: LoadModelRequest, signal: AbortSignal): Promise<CheckedFile> {
    const { path } = request;
    const tell = (progress: number): void =>
      this.#setState({ kind: 'loading', path, progress, step: 'checking' });
    this.#setState({ kind: 'loading', path, progress: 0, step: 'weights' });
    return await checkFile(request, backend.llama.gpu !== false, this.#options.hashes, {
      signal,
      onProgress: tell,
    });
  }

  async #load(
    backend: Backend,
    request: LoadModelRequest,
    checked: CheckedFile,
    options: Pick<LoadOptions, 'signal' | 'startedAt'>,
  ): Promise<LoadedModel> {
    const { path } = request;
    this.#setState({ kind: 'loading', path, progress: 0, step: 'weights' });
    this.#nativeLog.begin();
    const model = await loadModel(backend, request, checked, {
      ...options,
      onColumns: this.#options.onColumns,
      nativeWords: () => this.#nativeLog.words(),
      onProgress: (progress) => {
        // Layouts report from another thread: the last word may come when the model is ready.
        if (this.#state.kind === 'loading')
          this.#setState({ kind: 'loading', path, progress, step: 'weights' });
      },
    });
    await this.#useProfile(model);
    return { ...model, info: { ...model.info, selectors: model.sparsity.selectors } };
  }

  async #useProfile(model: LoadedModel): Promise<void> {
    const profile = findProfile(this.#options.profiles, model.info.identity.sha256);
    if (profile === null) return;
    const refused = await model.sparsity.useProfile(profile);
    if (refused === null) this.#options.log('info', `The sparsity profile ${profile} is used.`);
    else this.#options.log('warn', `Everything runs dense: ${refused}`);
  }

  #open(threads: number | undefined): Promise<Backend> {
    this.#backend ??= this.#openOnce(threads === undefined || threads <= 0 ? cpus().length : threads);
    return this.#backend;
  }

  async #openOnce(maxThreads: number): Promise<Backend> {
    const { prefer, planGpu, log } = this.#options;
    const backend = await openBackend({
      maxThreads,
      prefer,
      gpu: await planGpu(),
      log: this.#nativeLog.write,
    });
    log('info', `GPU: ${backend.gpu.words}`);
    return backend;
  }

  async #release(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    for (const { stop } of this.#users) stop.abort();
    await Promise.all([...this.#users].map(({ done }) => done));
    await model?.dispose();
  }

  async #unloadIdle(): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#model === null || this.#users.size > 0) return this.#idle.touch();
      await this.#release();
      this.#setState({ kind: 'unloaded', reason: 'idle' });
    });
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

const ignore = (): void => undefined;

function sameModel(left: LoadModelRequest | null, right: LoadModelRequest): boolean {
  if (left === null) return false;
  const { idleUnloadMinutes: _left, ...a } = left;
  const { idleUnloadMinutes: _right, ...b } = right;
  return JSON.stringify(a, Object.keys(a).sort()) === JSON.stringify(b, Object.keys(b).sort());
}

function errorState(error: unknown): EngineState {
  const message = error instanceof Error ? error.message : String(error);
  const { code, nextStep } =
    error instanceof EngineError ? error : { code: 'internal' as const, nextStep: undefined };
  return { kind: 'error', message, code, ...(nextStep === undefined ? {} : { nextStep }) };
}
