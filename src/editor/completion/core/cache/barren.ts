import { LRUCache } from 'lru-cache';
import { placeKey, type Place } from '../place.js';

/** Places for which something was prepared and nothing came of it: they are not tried again with every key. */
export class Barren {
  private readonly places = new LRUCache<string, true>({ max: 100 });

  public add(place: Place): void {
    this.places.set(placeKey(place), true);
  }

  public has(place: Place): boolean {
    return this.places.has(placeKey(place));
  }

  public clear(): void {
    this.places.clear();
  }
}
