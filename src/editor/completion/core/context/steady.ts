import type { ContextChunk } from '../../../../contract/completion.js';

/** Where context was asked for. */
export interface ContextPlace {
  readonly fileKey: string;
  readonly line: number;
}

interface Held {
  readonly place: ContextPlace;
  readonly chunks: readonly ContextChunk[];
}

/** A cursor that has moved further than this needs other context. */
const sameNeighbourhood = 24;

const equal = (left: readonly ContextChunk[], right: readonly ContextChunk[]) =>
  left.length === right.length &&
  left.every((chunk, index) => chunk.path === right[index]?.path && chunk.text === right[index]?.text);

/**
 * Holds the chosen context while the user types in one place. Context stands before the code in the prompt: another chunk
 * there would have the whole prompt evaluated again for one keystroke.
 */
export class SteadyContext {
  private held: Held | undefined;

  /** The context in use at a place; `undefined` when it has to be chosen. */
  public at(place: ContextPlace): readonly ContextChunk[] | undefined {
    const { held } = this;
    if (held?.place.fileKey !== place.fileKey) return undefined;
    return Math.abs(held.place.line - place.line) <= sameNeighbourhood ? held.chunks : undefined;
  }

  /** Takes newly chosen context into use; false when it is the same as before, so that nothing needs to be evaluated. */
  public hold(place: ContextPlace, chunks: readonly ContextChunk[]): boolean {
    const changed = this.held === undefined || !equal(this.held.chunks, chunks);
    this.held = { place, chunks };
    return changed;
  }

  public drop(): void {
    this.held = undefined;
  }
}
