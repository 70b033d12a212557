import { indentWidth, isBlank } from '../text.js';

/** Where a block begins, as far as its end depends on it. */
export interface BlockStart {
  /** The line up to the cursor. */
  readonly head: string;
}

const closer = /^\s*(?:[)}\]]|end\b|fi\b|done\b|esac\b|<\/)/;
const opener = /[{([:]\s*$|=>\s*$|\b(?:do|then|else)\s*$/;

type Rule = (line: string, width: number) => 'inside' | 'last' | 'outside';

/** The cursor stands behind an opener: deeper lines belong to the block, and the line that closes it. */
function afterOpener(base: number): Rule {
  return (line, width) => {
    if (width > base) return 'inside';
    if (width < base || !closer.test(line)) return 'outside';
    return opener.test(line) ? 'inside' : 'last';
  };
}

/** The cursor stands where a statement begins: the statement and what it contains, or a run of plain statements. */
function fromStatement(base: number): Rule {
  let nested = false;
  return (line, width) => {
    if (width < base) return 'outside';
    if (width > base) {
      nested = true;
      return 'inside';
    }
    if (!nested) return 'inside';
    if (!closer.test(line)) return 'outside';
    return opener.test(line) ? 'inside' : 'last';
  };
}

/**
 * Offset in `text` at which the block is over, or `undefined` while it is not. Judges by indentation: a line is judged as soon
 * as its first visible character is there. Blank lines belong to what follows them.
 */
export function blockEnd(text: string, { head }: BlockStart): number | undefined {
  const base = indentWidth(head);
  const statement = isBlank(head);
  const rule = statement ? fromStatement(base) : afterOpener(base);
  const lines = text.split('\n');
  let offset = lines[0]?.length ?? 0;
  let blankSince: number | undefined;
  for (const line of lines.slice(1)) {
    const end = offset + 1 + line.length;
    if (isBlank(line)) {
      blankSince ??= offset;
    } else {
      if (statement && blankSince !== undefined && indentWidth(line) <= base) return blankSince;
      const verdict = rule(line, indentWidth(line));
      if (verdict === 'outside') return blankSince ?? offset;
      if (verdict === 'last' && end < text.length) return end;
      blankSince = undefined;
    }
    offset = end;
  }
  return undefined;
}
