import type { ContextChunk } from '../../../../contract/completion.js';
import type { Clock } from '../engine-port.js';

/** One place where context comes from. */
export interface ContextSource<Place> {
  readonly name: ContextChunk['source'];
  /** May go on after the time is up; what it finds then is for its own cache. */
  gather(place: Place, signal: AbortSignal): Promise<readonly ContextChunk[]>;
}

/** A source that fails or dawdles costs nothing but its own contribution. */
async function boxed<Place>(
  source: ContextSource<Place>,
  place: Place,
  signal: AbortSignal,
  report: (name: string, problem: string) => void,
): Promise<readonly ContextChunk[]> {
  try {
    return await source.gather(place, signal);
  } catch (error) {
    if (!signal.aborted) report(source.name, String(error));
    return [];
  }
}

/**
 * What the sources find within `boxMs` each; they run side by side.
 * @param boxMs milliseconds a source; default 20, which nobody notices in front of a request
 */
export async function gatherBoxed<Place>(
  sources: readonly ContextSource<Place>[],
  place: Place,
  clock: Clock,
  signal: AbortSignal,
  report: (name: string, problem: string) => void,
  boxMs = 20,
): Promise<readonly ContextChunk[]> {
  const box = new AbortController();
  const giveUp = (): void => box.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  const late = clock.sleep(boxMs, box.signal).then((): readonly ContextChunk[] => []);
  try {
    const found = await Promise.all(
      sources.map((source) => Promise.race([boxed(source, place, box.signal, report), late])),
    );
    return found.flat();
  } finally {
    box.abort();
    signal.removeEventListener('abort', giveUp);
  }
}
