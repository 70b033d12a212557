import { indentWidth, isBlank } from '../text.js';

/** Where a block begins, as far as its end depends on it. */
export interface BlockStart {
  /** The line up to the cursor. */
  readonly head: string;
}

const closer = /^\s*(?:[)}\]]|end\b|fi\b|done\b|esac\b|<\/)/;
const opener = /[{([:]\s*$|=>\s*$|\b(?:do|then|else)\s*$/;

type Verdict = 'inside' | 'last' | 'outside';

/** A line at the indentation at which the block began; `nested` once something deeper has come or must come. */
function atBase(line: string, nested: boolean): Verdict {
  if (!nested) return 'inside';
  if (!closer.test(line)) return 'outside';
  return opener.test(line) ? 'inside' : 'last';
}

/**
 * Offset in `text` at which the block is over, or `undefined` while it is not: where a block was opened, its closing line;
 * otherwise the end of a run of statements, or of the first one that contains others. Judges by indentation, a line as soon
 * as its first visible character is there. Blank lines belong to what follows them.
 */
export function blockEnd(text: string, { head }: BlockStart): number | undefined {
  const base = indentWidth(head);
  const [first = '', ...rest] = text.split('\n');
  let nested = opener.test(head + first);
  let offset = first.length;
  let blankSince: number | undefined;
  for (const line of rest) {
    const end = offset + 1 + line.length;
    if (isBlank(line)) {
      blankSince ??= offset;
    } else {
      const width = indentWidth(line);
      if (!nested && blankSince !== undefined && width <= base) return blankSince;
      const verdict = width > base ? 'inside' : width < base ? 'outside' : atBase(line, nested);
      if (verdict === 'outside') return blankSince ?? offset;
      if (verdict === 'last' && end < text.length) return end;
      nested ||= width > base;
      blankSince = undefined;
    }
    offset = end;
  }
  return undefined;
}
