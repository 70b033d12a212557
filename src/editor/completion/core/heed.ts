import type { Eagerness } from '../../../contract/settings/index.js';
import type { Place } from './place.js';

/**
 * Milliseconds from one text to another that takes its place because the user typed against the first. Half a second is what
 * counts as flicker; timers may end a millisecond early, and a text is seen a moment after it was answered.
 */
const calmMs: Readonly<Record<Eagerness, number>> = {
  eager: 0,
  brisk: 300,
  balanced: 520,
  relaxed: 520,
  calm: 520,
};

/**
 * Whether the user goes along with what is shown, or types against it: then the next text would flash up and go as well, and
 * waits until the eye has come to rest.
 */
export class Heed {
  private shown: { readonly place: Place; readonly text: string } | undefined;
  private shownAt = -Infinity;
  private contradicted = false;

  /** A suggestion stands at a place. What is left of one that is being followed is none of its own. @param now milliseconds */
  public show(place: Place, text: string, now: number): void {
    if (this.contradicted || this.shown === undefined) this.shownAt = now;
    this.contradicted = false;
    this.shown = { place, text };
  }

  /** The text at the cursor has changed. @param places where the cursor may stand now, the likeliest first */
  public edited(places: readonly [Place, ...Place[]]): void {
    if (this.shown === undefined) return;
    const { place, text } = this.shown;
    const isHere = ({ fileKey, prefix }: Place): boolean =>
      fileKey === place.fileKey && prefix.startsWith(place.prefix);
    const typedAt = ({ prefix }: Place): string => prefix.slice(place.prefix.length);
    if (places.some((now) => isHere(now) && text.startsWith(typedAt(now)))) return;
    const [now] = places;
    this.contradicted = isHere(now) && !typedAt(now).startsWith(text);
    this.shown = undefined;
  }

  /** How long the next text still has to wait. */
  public restMs(eagerness: Eagerness, now: number): number {
    return this.contradicted ? Math.max(0, this.shownAt + calmMs[eagerness] - now) : 0;
  }
}
