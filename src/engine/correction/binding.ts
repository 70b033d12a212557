import type { ContextHandle, Products } from '../native/binding.js';
import type { StopReason } from '../../contract/index.js';
import type { EmittedToken, TokenBatch } from './native-loop.js';

/** The loop's classes on the exports of llama-addon.node (native/addon/loop-generation.h, cost-table.h). */
export interface LoopBinding {
  readonly SpCostTable: new () => NativeCostTable;
  readonly SpGeneration: new (
    context: ContextHandle,
    costs: NativeCostTable,
    start: NativeStart,
  ) => NativeGeneration;
}

/** What passes cost on this machine, learnt while generating; one a context, shared by its generations. */
export interface NativeCostTable {
  /** Not while a generation runs. */
  snapshot(): CostSnapshot;
}

export interface CostSnapshot {
  /** Milliseconds of a dense pass over index + 1 tokens; NaN where none was made. */
  readonly dense: readonly number[];
  /** A sparse step in units of a dense step; null before both were seen. */
  readonly sparseRatio: number | null;
}

export interface NativeStart {
  readonly sequence: number;
  readonly prompt: Uint32Array;
  /** Leading prompt tokens that have dense cells; all other cells of the sequence are dropped at the first run. */
  readonly cached: number;
  /** Of these, how many a fresh evaluation would give alike. */
  readonly exact: number;
  /** Cells of the next `count` prompt tokens, which stand `gap` positions too late. */
  readonly moved: { readonly gap: number; readonly count: number };
  readonly stopTokens: Uint32Array;
  readonly sources: readonly Uint32Array[];
  readonly sampling: NativeSampling;
  readonly options: NativeOptions;
  /** Names the sparse configuration: sparse passes of different ones are timed apart. */
  readonly sparsityKey: string;
  readonly products: Products;
}

export interface NativeSampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repeatPenalty: number;
  readonly grammar: string;
}

export interface NativeOptions {
  readonly mode: string;
  readonly drafter: string;
  readonly check: string;
  readonly period: number;
  readonly riskBudget: number;
  readonly riskFloor: number;
  readonly riskCap: number;
  readonly acceptThreshold: number;
  readonly maxDraft: number;
  readonly treeWidth: number;
  readonly denseFirst: number;
  readonly probeEvery: number;
  readonly maxTokens: number;
  readonly stopStrings: readonly string[];
  readonly timeBudgetMs: number;
  readonly provisional: boolean;
  readonly prefillChunk: number;
  /** Leading tokens that a full context keeps; -1: it ends the generation. */
  readonly keepFirst: number;
  readonly seed: number;
}

export interface NativeGeneration {
  run(
    onBatch: (batch: TokenBatch) => void,
    onPrefill: (done: number, total: number) => void,
  ): Promise<'paused' | 'finished'>;
  pause(): void;
  end(reason: 'cancelled' | 'stop-rule'): void;
  /** Leaves only dense cells of a generation that will not run again. */
  close(): Promise<void>;
  /** Not while it runs. */
  result(): NativeResult;
}

export interface NativeResult {
  readonly stopReason: StopReason;
  readonly text: string;
  readonly tokens: readonly EmittedToken[];
  /** Tokens whose dense cells are in the cache. */
  readonly cached: readonly number[];
  /** How many of them a fresh evaluation would give alike; cells behind have seen tokens dropped since. */
  readonly exactCells: number;
  readonly report: NativeReport;
}

/** native/loop/report.h */
export interface NativeReport {
  readonly reused: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly verifies: number;
  readonly rollbacks: number;
  readonly windowTokens: number;
  readonly ngramVerifies: number;
  readonly ngramDrafted: number;
  readonly ngramAccepted: number;
  readonly sparseSteps: number;
  readonly shifts: number;
  /** Decode passes by their number of tokens; index 0 is unused. */
  readonly densePasses: readonly number[];
  /** What those took together, in milliseconds. */
  readonly denseMs: readonly number[];
  readonly sparseMs: number;
  readonly probes: number;
  readonly probesAgreed: number;
  readonly probeDivergence: number;
  readonly prefillMs: number;
  readonly firstTokenMs: number;
  readonly decodeMs: number;
  readonly off: string;
}
