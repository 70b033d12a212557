import type { ContextChunk } from '../../../../contract/completion.js';
import type { LineSource } from '../text.js';

/** Lines that were changed lately, in one file. */
interface Edit {
  readonly fileKey: string;
  readonly path: string;
  first: number;
  last: number;
  at: number;
}

/** A change of a document, lines counted from 0. */
export interface LineChange {
  readonly fileKey: string;
  readonly path: string;
  /** First line, the last line it replaced, and how many lines stand there now. */
  readonly first: number;
  readonly oldLast: number;
  readonly newLines: number;
}

const linesAround = 2;
/** Edits closer than this are one. */
const nearLines = 8;
const mostLines = 40;

/** Where the user has changed something lately; line numbers follow later changes. */
export class RecentEdits {
  private edits: Edit[] = [];

  /** @param capacity places kept */
  public constructor(private readonly capacity = 8) {}

  public note({ fileKey, path, first, oldLast, newLines }: LineChange, now: number): void {
    const moved = newLines - (oldLast - first + 1);
    const last = first + newLines - 1;
    for (const edit of this.edits) {
      if (edit.fileKey !== fileKey || edit.first <= oldLast) continue;
      edit.first += moved;
      edit.last += moved;
    }
    const near = this.edits.find(
      (edit) => edit.fileKey === fileKey && edit.first - nearLines <= last && edit.last + nearLines >= first,
    );
    if (near === undefined) this.edits.push({ fileKey, path, first, last, at: now });
    else {
      near.first = Math.min(near.first, first);
      near.last = Math.max(near.last + (first <= near.last ? Math.max(0, moved) : 0), last);
      near.at = now;
    }
    this.edits.sort((left, right) => right.at - left.at);
    this.edits = this.edits.slice(0, this.capacity);
  }

  public forget(fileKey: string): void {
    this.edits = this.edits.filter((edit) => edit.fileKey !== fileKey);
  }

  /** The changed places as they read now, but for those around the cursor itself. */
  public chunks(
    here: { readonly fileKey: string; readonly line: number },
    linesOf: (fileKey: string) => LineSource | undefined,
  ): readonly ContextChunk[] {
    return this.edits.flatMap(({ fileKey, path, first, last }, age) => {
      const atCursor = fileKey === here.fileKey && Math.abs(first - here.line) < 60;
      const lines = atCursor ? undefined : linesOf(fileKey);
      if (lines === undefined) return [];
      const from = Math.max(0, first - linesAround);
      const to = Math.min(lines.lineCount - 1, Math.min(last, first + mostLines) + linesAround);
      const text = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) =>
        lines.lineAt(from + index),
      ).join('\n');
      return [{ source: 'recent-edit', path, text, priority: 0.9 - age * 0.05 }];
    });
  }
}
