import type { CompletionRequest } from '../../contract/index.js';
import { encodeContext } from './context-chunks.js';
import type { DetectedFim } from './fim/detect.js';
import { headerOf, headerSize } from './fim/header.js';
import type { FimPieces } from './fim/order.js';
import { prefixOnly } from './fim/orders/prefix-only.js';
import type { Vocabulary } from './vocabulary.js';
import { charactersPerToken, head, stableTail, stableTokenTail } from './window.js';

/** Token budgets of a completion prompt. */
export interface CompletionBudget {
  readonly prompt: number;
  readonly suffix: number;
  readonly context: number;
}

export const defaultBudget: CompletionBudget = { prompt: 1024, suffix: 128, context: 512 };

const specialTokens = 6;
/** A file's name that takes more of the prompt than this is left out. */
const headerShare = 0.25;

/**
 * The token array of a completion request: other files, then the file around the cursor in the order the model was trained on.
 * Every budget is exact; the whole is never longer than `capacity`.
 * @param fim null for a model that cannot fill in: it sees what stands before the cursor only
 */
export function completionPrompt(
  request: CompletionRequest,
  vocabulary: Vocabulary,
  fim: DetectedFim | null,
  capacity: number,
): number[] {
  const budget = fitBudget({ ...defaultBudget, ...request.budget }, capacity);
  const pieces = cut(request, vocabulary, fim, budget);
  const body = fim === null ? prefixOnly(pieces) : fim.family.order.layOut(pieces, fim.tokens);
  const { bos } = vocabulary;
  const ids = bos === null ? [...body] : [bos, ...body];
  return ids.length > 0 ? ids : [...vocabulary.encode('\n')];
}

/** Budgets that do not fit the context shrink together, prefix last. */
function fitBudget(budget: CompletionBudget, capacity: number): CompletionBudget {
  const room = Math.max(0, capacity - specialTokens);
  const prompt = Math.min(atLeastZero(budget.prompt), room);
  const suffix = Math.min(atLeastZero(budget.suffix), room - prompt);
  const context = Math.min(atLeastZero(budget.context), room - prompt - suffix);
  return { prompt, suffix, context };
}

const atLeastZero = (value: number): number => (Number.isFinite(value) ? Math.max(0, Math.floor(value)) : 0);

function cut(
  request: CompletionRequest,
  vocabulary: Vocabulary,
  fim: DetectedFim | null,
  budget: CompletionBudget,
): FimPieces {
  const mark = fim?.family.header === 'marked' ? 'marked' : (fim?.fileSeparator ?? null);
  const context = encodeContext(request.context, vocabulary, mark, budget.context);
  const header = headerOf(request.path, vocabulary, fim, {
    withContext: context.length > 0,
    limit: budget.prompt * headerShare,
  });
  const prompt = budget.prompt - headerSize(header);
  const prefix = stableTail(request.prefix, prompt * charactersPerToken);
  const atLineStart = request.fimCut !== 'cursor' && fim?.family.order.split === 'line-start';
  const lineStart = atLineStart ? prefix.lastIndexOf('\n') + 1 : prefix.length;
  const typed = stableTokenTail(vocabulary.encode(prefix.slice(lineStart)), prompt);
  const before = vocabulary.encode(prefix.slice(0, lineStart));
  const suffixText = fim === null ? '' : head(request.suffix, budget.suffix * charactersPerToken);
  return {
    context: [...header.opening, ...context],
    header: header.file,
    before: [...header.inPrefix, ...stableTokenTail(before, Math.max(0, prompt - typed.length))],
    typed,
    suffix: vocabulary.encode(suffixText).slice(0, budget.suffix),
  };
}
