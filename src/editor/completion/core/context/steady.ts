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

/** Less than this share of new text is not worth a prompt evaluated from its start. */
const clearGain = 0.25;

const sizeOf = (chunks: readonly ContextChunk[]): number =>
  chunks.reduce((sum, { text }) => sum + text.length, 0);

/** Whether context that was found says enough that the context in use does not. */
export function clearlyBetter(held: readonly ContextChunk[], found: readonly ContextChunk[]): boolean {
  const fresh = found.filter(({ path, text }) => !held.some((one) => one.path === path && one.text === text));
  return fresh.length > 0 && sizeOf(fresh) >= clearGain * sizeOf(found);
}

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

  /** Takes newly chosen context into use. */
  public hold(place: ContextPlace, chunks: readonly ContextChunk[]): void {
    this.held = { place, chunks };
  }

  public drop(): void {
    this.held = undefined;
  }
}
