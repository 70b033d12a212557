import type { LlamaContext } from 'node-llama-cpp';
import type { SparsityReport, SparsityRequest } from '../../contract/index.js';
import type { NativeBinding, Pass, ProfileHandle, SparseCounters } from './binding.js';
import { withContext } from './internals.js';
import type { SparseEngine } from './sparse-engine.js';
import { reportOf, settingsOf } from './sparsity-report.js';

/**
 * The sparse engine on one context. Every method waits until the context decodes nothing, and keeps it from being freed
 * meanwhile. Settings and statistics belong to a sequence; `select` says whose are in force.
 */
export class SparseContext {
  readonly #requests = new Map<number, SparsityRequest>();
  #disposed = false;

  private constructor(
    readonly context: LlamaContext,
    readonly engine: SparseEngine,
    private readonly binding: NativeBinding,
  ) {}

  /** @throws Error when the engine was built from another model, or the context has one already. */
  static async attach(context: LlamaContext, engine: SparseEngine): Promise<SparseContext> {
    const { binding } = engine;
    await withContext(context, async (handle) => binding.spAttach(handle, engine.handle));
    return new SparseContext(context, engine, binding);
  }

  /**
   * Settings of a sequence, from its next decode on. No graph is rebuilt unless other layers become sparse. Layouts that only this
   * selector needs are built first; `signal` ends the wait for them.
   */
  async configure(sequence: number, request: SparsityRequest, signal?: AbortSignal): Promise<void> {
    const settings = settingsOf(request);
    await this.engine.prepare(settings.selector, signal);
    await withContext(this.context, async (handle) => {
      this.binding.spConfigure(handle, sequence, settings);
      this.#requests.set(sequence, request);
    });
  }

  select(sequence: number): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spSelect(handle, sequence));
  }

  setPass(pass: Pass): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spSetPass(handle, pass));
  }

  setProfile(sequence: number, profile: ProfileHandle | null): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spSetProfile(handle, sequence, profile));
  }

  /** Forgets masks and statistics; to be called when the sequence's cells are dropped. */
  reset(sequence: number): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spReset(handle, sequence));
  }

  /** A new request that begins with the sequence's first `kept` cells: a fixed mask may be drawn anew from its prompt. */
  beginRequest(sequence: number, kept: number): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spBeginRequest(handle, sequence, kept));
  }

  counters(sequence: number): Promise<SparseCounters> {
    return withContext(this.context, async (handle) => this.binding.spCounters(handle, sequence));
  }

  clearCounters(sequence: number): Promise<void> {
    return withContext(this.context, async (handle) => this.binding.spClearCounters(handle, sequence));
  }

  /** What the sparse passes since the last `clearCounters` did. */
  async report(sequence: number): Promise<SparsityReport> {
    const request = this.#requests.get(sequence) ?? { selector: 'none', density: 1 };
    return reportOf(request, await this.counters(sequence), this.engine.info);
  }

  /** Detaches: from the next decode on the context is as if nothing had been attached. Safe after the context's own dispose. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.context.disposed) return;
    await withContext(this.context, async (handle) => this.binding.spDetach(handle));
  }
}
