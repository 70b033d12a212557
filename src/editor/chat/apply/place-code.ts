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

/** Share of the code's lines that the file must hold, and of the file's that the code must hold, to be a version of it. */
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

/** A fragment of the file is no version of it: putting it in the file's place would delete the rest. */
function isVersionOf(code: readonly string[], lines: readonly string[]): boolean {
  const written = telling(code);
  const present = telling(lines);
  return written.length >= 3 && mostly(written, present) && mostly(present, written);
}

function telling(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => /\w/u.test(line));
}

function mostly(lines: readonly string[], within: readonly string[]): boolean {
  const known = new Set(within);
  return lines.filter((line) => known.has(line)).length >= lines.length * wholeFileShare;
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
