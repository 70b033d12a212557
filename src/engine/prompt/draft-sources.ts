import { LRUCache } from 'lru-cache';
import { looksUpRepeats, lookedUpCharacters, type CompletionRequest } from '../../contract/index.js';
import type { Vocabulary } from './vocabulary.js';

/** Characters of a chunk of another file that are looked at. */
const chunkCharacters = 16_384;
/** Characters of one piece; a keystroke has one piece encoded again. */
const pieceCharacters = 1024;
/** One line in so many ends a piece: which ones depends on their text alone, so that edits above move no border. */
const linesOfAPiece = 8;
/** Characters that one request has encoded at most, 5 to 10 ms: what is left out comes with the next ones. */
const newCharacters = 8192;
/** Tokens that are remembered, of all pieces: about a megabyte. */
const rememberedTokens = 131_072;

type Sources = Pick<
  CompletionRequest,
  'context' | 'correction' | 'file' | 'prefix' | 'suffix' | 'prefillOnly'
>;

/** Token arrays in which n-gram drafts are looked up. Text that was encoded lately is not encoded again. */
export class DraftSources {
  readonly #vocabulary: Vocabulary;
  readonly #known = new LRUCache<string, readonly number[]>({
    maxSize: rememberedTokens,
    sizeCalculation: (tokens) => Math.max(1, tokens.length),
  });

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** The nearest to the cursor first. Empty where nothing would be drafted from them; a request that only reads has them learnt. */
  of(request: Sources): number[][] {
    if (!looksUpRepeats(request.correction)) return [];
    const { before, after } = request.file ?? { before: request.prefix, after: request.suffix };
    const budget = { left: newCharacters };
    const encode = (piece: string): readonly number[] => this.#encode(piece, budget);
    const behind = pieces(before.slice(-lookedUpCharacters)).toReversed().map(encode).toReversed().flat();
    const others = [
      after.slice(0, lookedUpCharacters),
      ...request.context.map(({ text }) => text.slice(0, chunkCharacters)),
    ].map((text) => pieces(text).flatMap(encode));
    return request.prefillOnly === true ? [] : [behind, ...others];
  }

  #encode(text: string, budget: { left: number }): readonly number[] {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (budget.left <= 0) return [];
    budget.left -= text.length;
    const tokens = this.#vocabulary.encode(text);
    this.#known.set(text, tokens);
    return tokens;
  }
}

/** Cuts a text behind lines that their own text picks, and where a piece grows too long. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  for (const line of text.split(/(?<=\n)/u)) {
    piece += line;
    if (!endsPiece(line) && piece.length < pieceCharacters) continue;
    found.push(piece);
    piece = '';
  }
  return piece === '' ? found : [...found, piece];
}

function endsPiece(line: string): boolean {
  let sum = 0;
  for (let i = 0; i < line.length; i++) sum = (sum * 31 + line.charCodeAt(i)) % 65_521;
  return sum % linesOfAPiece === 0;
}
