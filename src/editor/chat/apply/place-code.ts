/** A change of whole lines: `count` lines from `first` (0-based) are replaced by `text`, which ends without a newline. */
export interface LineChange {
  readonly first: number;
  readonly count: number;
  readonly text: string;
}

export interface Place {
  readonly lines: readonly string[];
  /** Selected lines, when something is selected. */
  readonly selection: { readonly first: number; readonly count: number } | undefined;
  readonly cursorLine: number;
}

/** Share of the code's lines that the file must hold for the code to be a new version of the file. */
const wholeFileShare = 0.5;

/**
 * Where a code block of an answer belongs in a file: the selection if there is one; else the region that begins and
 * ends with the block's own first and last line; else the whole file if the block is a version of it; else the cursor.
 */
export function placeCode(code: string, place: Place): LineChange {
  const text = code.replace(/\n+$/u, '');
  if (place.selection)
    return { ...place.selection, text: indented(text, place.lines[place.selection.first] ?? '') };
  const region = sameRegion(text.split('\n'), place.lines);
  if (region) return { ...region, text: indented(text, place.lines[region.first] ?? '') };
  if (isVersionOf(text.split('\n'), place.lines)) return { first: 0, count: place.lines.length, text };
  return { first: place.cursorLine, count: 0, text: indented(text, place.lines[place.cursorLine] ?? '') };
}

/** The file's lines after the change. */
export function changed(lines: readonly string[], { first, count, text }: LineChange): readonly string[] {
  return [...lines.slice(0, first), ...text.split('\n'), ...lines.slice(first + count)];
}

function sameRegion(code: readonly string[], lines: readonly string[]): Omit<LineChange, 'text'> | undefined {
  const opening = code[0]?.trim() ?? '';
  const closing = code.at(-1)?.trim() ?? '';
  if (code.length < 2 || !/\w/u.test(opening)) return undefined;
  const first = onlyIndex(lines, opening);
  if (first === undefined) return undefined;
  const indent = indentOf(lines[first] ?? '');
  const last = lines.findIndex(
    (line, index) =>
      index > first &&
      line.trim() === closing &&
      indentOf(line).length <= indent.length + indentOf(code.at(-1) ?? '').length,
  );
  return last < 0 ? undefined : { first, count: last - first + 1 };
}

function onlyIndex(lines: readonly string[], trimmed: string): number | undefined {
  const found = lines.flatMap((line, index) => (line.trim() === trimmed ? [index] : []));
  return found.length === 1 ? found[0] : undefined;
}

function isVersionOf(code: readonly string[], lines: readonly string[]): boolean {
  const known = new Set(lines.map((line) => line.trim()));
  const telling = code.map((line) => line.trim()).filter((line) => /\w/u.test(line));
  return (
    telling.length >= 3 && telling.filter((line) => known.has(line)).length >= telling.length * wholeFileShare
  );
}

/** The code moved to the indentation of the line it replaces. */
function indented(code: string, like: string): string {
  const lines = code.split('\n');
  const present = indentOf(lines.find((line) => line.trim() !== '') ?? '');
  const wanted = indentOf(like);
  if (wanted === present) return code;
  return lines
    .map((line) =>
      line.trim() === ''
        ? line
        : wanted + (line.startsWith(present) ? line.slice(present.length) : line.trimStart()),
    )
    .join('\n');
}

function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}
