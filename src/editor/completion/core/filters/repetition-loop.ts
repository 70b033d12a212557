import { isBlank } from '../text.js';
import { drop, keep, type Filter } from './filter.js';

/** This many equal lines in a row are a loop. */
const loopLines = 3;
/** A piece of at least this many characters that comes this often in a row is a loop within a line. */
const loopPiece = /(.{4,40}?)\1{3,}/s;

function cutLines(lines: readonly string[]): readonly string[] {
  for (let period = 1; period * loopLines <= lines.length; period += 1) {
    for (let start = 0; start + period * loopLines <= lines.length; start += 1) {
      const piece = lines.slice(start, start + period);
      if (piece.every(isBlank)) continue;
      const repeats = Array.from({ length: loopLines }, (_, round) =>
        piece.every((line, index) => lines[start + round * period + index]?.trim() === line.trim()),
      );
      if (repeats.every(Boolean)) return lines.slice(0, start + period);
    }
  }
  return lines;
}

/** A small model that has lost its way says the same again and again: one round is kept, a loop within the first line none. */
export const repetitionLoop: Filter = {
  id: 'repetition-loop',
  apply: ({ text }) => {
    const lines = cutLines(text.split('\n'));
    const looping = lines.findIndex((line) => {
      const piece = loopPiece.exec(line.trim())?.[1];
      return piece !== undefined && /[\p{L}\p{N}]/u.test(piece);
    });
    if (looping === 0) return drop('the same piece again and again');
    return keep(lines.slice(0, looping < 0 ? undefined : looping).join('\n'));
  },
};
