import type {
  ComparedPiece,
  ComparedSide,
  Comparison,
  CompareSetting,
  CompletionRequest,
  GenerateResult,
  SelectorAvailability,
  SparsityRequest,
} from '../../../contract/index.js';
import { bestSelector } from '../../settings/requests.js';
import type { OnProgress } from '../tasks/tasks.js';
import { interleave, median } from './interleave.js';
import { diffTokens, type TokenRun } from './token-diff.js';

/** The part of the engine that a comparison needs. */
export interface CompareEngine {
  complete(request: CompletionRequest, signal: AbortSignal): Promise<GenerateResult>;
  detokenize(ids: readonly number[], signal: AbortSignal): Promise<string>;
}

export interface CompareOrder {
  /** What a suggestion at the cursor would be asked with; each side brings its own mode and sparsity. */
  readonly request: CompletionRequest;
  /** 1-based, for the record. */
  readonly line: number;
  readonly left: CompareSetting;
  readonly right: CompareSetting;
  readonly selectors: readonly SelectorAvailability[];
}

const runs = 3;

/** What a compared setting asks of the sparse engine. */
export function sparsityOf(
  { mode, selector, density }: CompareSetting,
  selectors: readonly SelectorAvailability[],
): SparsityRequest {
  if (mode === 'dense') return { selector: 'none', density: 1 };
  return { selector: selector === 'auto' ? bestSelector(selectors) : selector, density };
}

/** Completes the same place in both settings, interleaved, greedily, and marks the tokens that differ. */
export async function compare(
  engine: CompareEngine,
  order: CompareOrder,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Comparison> {
  let asked = 0;
  const { request } = order;
  const { timeBudgetMs: _time, ...stop } = request.stop ?? {};
  const ask = (side: 'left' | 'right') =>
    engine.complete(
      {
        ...request,
        id: `compare-${Date.now()}-${(asked += 1)}`,
        // Both sides write to their end, however slow.
        stop,
        sampling: { temperature: 0 },
        sparsity: sparsityOf(order[side], order.selectors),
        correction: { ...request.correction, mode: order[side].mode },
      },
      signal,
    );
  const { left, right } = await interleave(ask, runs, (done) => onProgress(done, runs + 1, ''));
  const diff = diffTokens(left.at(-1)?.tokenIds ?? [], right.at(-1)?.tokenIds ?? []);
  const side = async (
    setting: CompareSetting,
    results: readonly GenerateResult[],
    tokenRuns: readonly TokenRun[],
  ) => sideOf(setting, results, await piecesOf(engine, tokenRuns, results.at(-1)?.text ?? '', signal));
  return {
    path: request.path,
    line: order.line,
    runs,
    left: await side(order.left, left, diff.left),
    right: await side(order.right, right, diff.right),
  };
}

function sideOf(
  setting: CompareSetting,
  results: readonly GenerateResult[],
  pieces: readonly ComparedPiece[],
): ComparedSide {
  const of = (pick: (result: GenerateResult) => number) => median(results.map(pick));
  const last = results.at(-1);
  return {
    setting,
    pieces,
    tokens: last?.tokens.generated ?? 0,
    firstTokenMs: of(({ timings }) => timings.firstTokenMs),
    totalMs: of(({ timings }) => timings.prefillMs + timings.decodeMs),
    tokensPerSecond: of(({ timings }) => timings.tokensPerSecond),
    density: last?.sparsity.density ?? 1,
    off: last?.sparsity.off ?? last?.speculation.off ?? null,
  };
}

/** The runs as text, cut where the shown text ends: the last tokens may reach beyond a stop. */
async function piecesOf(
  engine: CompareEngine,
  tokenRuns: readonly TokenRun[],
  shown: string,
  signal: AbortSignal,
): Promise<readonly ComparedPiece[]> {
  const pieces: ComparedPiece[] = [];
  let left = shown.length;
  for (const { ids, differs } of tokenRuns) {
    const text = (await engine.detokenize(ids, signal)).slice(0, left);
    left -= text.length;
    if (text !== '') pieces.push({ text, differs });
  }
  return pieces;
}
