import type { EngineInfo, EngineState, LoadModelRequest, ModelInfo } from '../../contract/engine-info.js';
import type { GenerateDelta } from '../../contract/generation.js';
import { notifications, requests, type Notification, type Request } from '../../contract/protocol.js';
import { defaultBackOff, type BackOff } from './back-off.js';
import { Emitter } from './emitter.js';
import { EngineError } from '../engine-error.js';
import type { EngineProcess } from './engine-process.js';
import type { EngineLaunch } from './launch.js';
import { ModelKeeper } from './model-keeper.js';
import { onNotification } from './rpc.js';
import type { EngineSession } from './session.js';
import { Supervisor, type Crash } from './supervisor.js';

export interface EngineClientOptions extends Omit<EngineLaunch, 'env'> {
  /** Added to the environment of the engine; a function is asked at every start. */
  readonly env?: EngineLaunch['env'] | (() => EngineLaunch['env']);
  readonly backOff?: Partial<BackOff>;
}

/** A line for the output channel: from the engine's log notifications, its stdout and stderr, or the client itself. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

const loadAttempts = 5;
const atOnceMs = 2_000;

/**
 * The only way to the engine for the editor and the command line. Starts the engine process on the first request, restarts it with
 * back-off when it dies, loads the model again after a restart, and words what happened. Any method may be called at any time.
 */
export class EngineClient {
  readonly #supervisor: Supervisor;
  readonly #models: ModelKeeper;
  readonly #states = new Emitter<EngineState>();
  readonly #logs = new Emitter<LogLine>();
  readonly #attachers = new Set<(process: EngineProcess) => void>();
  #state: EngineState = { kind: 'no-model' };
  #disposed = false;

  constructor(options: EngineClientOptions) {
    const { backOff, env, ...launch } = options;
    const environment = typeof env === 'function' ? env : () => env;
    const policy: BackOff = { ...defaultBackOff, ...backOff };
    this.#models = new ModelKeeper({
      onStep: (message) => this.#logs.emit({ level: 'warn', message }),
      healthyMs: policy.healthyMs,
    });
    this.#supervisor = new Supervisor(
      () => ({
        ...launch,
        env: { ...environment(), ...(this.#models.stockBuild && { SPARSE_PILOT_NATIVE: 'stock' }) },
      }),
      policy,
    );
    this.#supervisor.starting.on(() => this.#setState({ kind: 'starting' }));
    this.#supervisor.forked.on((process) => this.#attachers.forEach((attach) => attach(process)));
    this.#supervisor.output.on((message) => this.#logs.emit({ level: 'debug', message }));
    this.#supervisor.crashed.on((crash) => this.#onCrash(crash));
    this.#supervisor.started.on((session) => void this.#models.ensure(session).catch(() => undefined));
    this.on(notifications.state, (state) => this.#setState(state));
    this.on(notifications.log, (line) => this.#logs.emit(line));
  }

  /** The engine's last known state; `no-model` before the first start. */
  get state(): EngineState {
    return this.#state;
  }

  /** What the running engine said of itself (native build, pid, threads); null while none runs. */
  get info(): EngineInfo | null {
    return this.#supervisor.current?.info ?? null;
  }

  /** Every change of state, those of a process that died and restarts included. The result stops listening. */
  onState(handler: (state: EngineState) => void): () => void {
    return this.#states.on(handler);
  }

  onLog(handler: (line: LogLine) => void): () => void {
    return this.#logs.on(handler);
  }

  /** Listens to a notification, across restarts of the engine. The result stops listening. */
  on<P>(type: Notification<P>, handler: (params: P) => void): () => void {
    let stop = (): void => undefined;
    const attach = (process: EngineProcess): void => {
      stop = onNotification(process.connection, type, handler);
    };
    this.#attachers.add(attach);
    const process = this.#supervisor.process;
    if (process !== null) attach(process);
    return () => {
      this.#attachers.delete(attach);
      stop();
    };
  }

  /** Starts the engine process if none runs. Loads no model unless one was loaded before. */
  async start(): Promise<EngineInfo> {
    return (await this.#session()).info;
  }

  /**
   * Loads a model and remembers it: it is loaded again whenever the engine has to be restarted. When the engine dies while loading,
   * it is tried again more gently; `stepDowns` of the answer says so. When it is cancelled, the model before it is remembered again.
   * @param signal aborting it is as good as {@link cancelLoad}
   * @throws EngineError `model-*`, `out-of-memory`, `cancelled`, `engine-down`
   */
  async loadModel(load: LoadModelRequest, signal?: AbortSignal): Promise<ModelInfo> {
    const gaveUp = this.#supervisor.gaveUp && this.#models.replaces(load);
    if (this.#models.forgiveFor(load) || gaveUp) await this.#supervisor.stop();
    const session = await this.#session();
    if (signal?.aborted === true) throw loadCancelled();
    this.#models.want(load);
    const cancel = (): void => {
      if (this.#models.wants(load)) this.cancelLoad();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#loadWanted(load, session, loadAttempts);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the load under way, also one after a restart. Whoever waits for it is told `cancelled`. */
  cancelLoad(): void {
    this.#models.cancel();
  }

  /**
   * The remembered model, loaded again first where needed; null when there is none.
   * @throws EngineError as {@link loadModel}
   */
  async model(): Promise<ModelInfo | null> {
    return await this.#models.ensure(await this.#session());
  }

  async unloadModel(): Promise<void> {
    this.#models.forget();
    await this.#supervisor.current?.request(requests.unloadModel, null);
  }

  /**
   * Sends a request, starting the engine first where needed, and loading the remembered model again where the model answers.
   * @param signal aborting it cancels the request in the engine, which is free within one decode step
   * @throws EngineError `engine-down` when the process dies on the way; other codes are the engine's answer
   */
  request<P, R>(type: Request<P, R>, params: P, signal?: AbortSignal): Promise<R> {
    return this.#sendOnceMore(type, params, signal, () => true);
  }

  /** A request that was sent to a process dead already, unnoticed, is sent again, unless its stream has begun. */
  async #sendOnceMore<P, R>(
    type: Request<P, R>,
    params: P,
    signal: AbortSignal | undefined,
    untouched: () => boolean,
  ): Promise<R> {
    const sentAt = Date.now();
    try {
      return await this.#send(type, params, signal);
    } catch (error) {
      const atOnce =
        error instanceof EngineError && error.code === 'engine-down' && Date.now() - sentAt < atOnceMs;
      if (!atOnce || !untouched() || this.#disposed || signal?.aborted === true) throw error;
      return await this.#send(type, params, signal);
    }
  }

  async #send<P, R>(type: Request<P, R>, params: P, signal?: AbortSignal): Promise<R> {
    const session = await this.#session();
    if (type.by === 'model') await this.#models.ensure(session);
    return await session.request(type, params, signal);
  }

  /**
   * Sends a generating request and hands its stream to `onDelta`, in order, before the answer resolves.
   * @param params its `id` must be unique among the client's live requests
   */
  async stream<P extends { readonly id: string }, R>(
    type: Request<P, R>,
    params: P,
    onDelta: (delta: GenerateDelta) => void,
    signal?: AbortSignal,
  ): Promise<R> {
    let begun = false;
    const stop = this.on(notifications.delta, (delta) => {
      if (delta.id !== params.id) return;
      begun = true;
      onDelta(delta);
    });
    try {
      return await this.#sendOnceMore(type, params, signal, () => !begun);
    } finally {
      stop();
    }
  }

  /** Stops the engine and starts a new one; forgets past crashes. The remembered model is loaded again. */
  async restart(): Promise<EngineInfo> {
    await this.#supervisor.stop();
    this.#models.forgive();
    return await this.start();
  }

  /** Stops the engine for good; requests made afterwards are refused. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#attachers.clear();
    this.#states.clear();
    this.#logs.clear();
    await this.#supervisor.stop();
  }

  async #session(): Promise<EngineSession> {
    if (this.#disposed) throw new EngineError('engine-down', 'The engine was shut down.');
    try {
      return await this.#supervisor.session();
    } catch (error) {
      const unusable = error instanceof EngineError && error.code === 'native-missing';
      if (!unusable || this.#models.stockBuild) throw error;
      this.#logs.emit({ level: 'warn', message: `${error.message}. The stock build is used: dense only.` });
      this.#models.useStockBuild();
      return await this.#supervisor.session();
    }
  }

  async #loadWanted(load: LoadModelRequest, session: EngineSession, attempts: number): Promise<ModelInfo> {
    try {
      const model = this.#models.wants(load) ? await this.#models.ensure(session) : null;
      if (model === null) throw new EngineError('cancelled', 'Another model was chosen meanwhile.');
      return model;
    } catch (error) {
      const died = error instanceof EngineError && error.code === 'engine-down';
      if (!died || attempts <= 1 || this.#disposed) throw error;
    }
    return await this.#loadWanted(load, await this.#session(), attempts - 1);
  }

  #onCrash({ words, decision }: Crash): void {
    this.#models.onCrash();
    const plan =
      decision.kind === 'wait'
        ? `It is started again in ${(decision.waitMs / 1000).toFixed(1)} s.`
        : 'It stopped too often in a row and is not started again.';
    const message = `The engine stopped (${words}). ${plan}`;
    this.#logs.emit({ level: 'error', message });
    this.#setState(
      decision.kind === 'wait'
        ? { kind: 'error', message, code: 'engine-down' }
        : { kind: 'error', message, code: 'engine-down', nextStep: 'Restart the engine.' },
    );
  }

  #setState(state: EngineState): void {
    this.#state = state;
    this.#states.emit(state);
  }
}

const loadCancelled = (): EngineError => new EngineError('cancelled', 'Loading was cancelled.');
