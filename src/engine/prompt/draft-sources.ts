import { LRUCache } from 'lru-cache';
import { looksUpRepeats, lookedUpCharacters, type CompletionRequest } from '../../contract/index.js';
import type { Vocabulary } from './vocabulary.js';

/** Characters of a chunk of another file that are looked at. */
const chunkCharacters = 16_384;
/** Characters of one piece; a keystroke has one piece encoded again. */
const pieceCharacters = 2048;
/** One line in so many ends a piece: which ones depends on their text alone, so that edits above move no border. */
const linesOfAPiece = 16;
/** Tokens that are remembered, of all pieces: about a megabyte. */
const rememberedTokens = 131_072;

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

  /** Empty where nothing would be drafted from them. */
  of(
    request: Pick<CompletionRequest, 'context' | 'correction' | 'file' | 'prefix' | 'suffix' | 'prefillOnly'>,
  ): number[][] {
    if (request.prefillOnly === true || !looksUpRepeats(request.correction)) return [];
    const { before, after } = request.file ?? { before: request.prefix, after: request.suffix };
    const texts = [
      before.slice(-lookedUpCharacters),
      after.slice(0, lookedUpCharacters),
      ...request.context.map(({ text }) => text.slice(0, chunkCharacters)),
    ];
    return texts.map((text) => pieces(text).flatMap((piece) => this.#encode(piece)));
  }

  #encode(text: string): readonly number[] {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
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
