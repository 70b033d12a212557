import { untilAborted } from './abort.js';
import type { Clock } from './engine-port.js';
import type { Generation, GenerationEnd } from './generation.js';
import { givenUp, type Made } from './made.js';
import type { Place } from './place.js';

/** The end of a generation and what was made of it. */
export interface Finish {
  readonly end: GenerationEnd;
  readonly made: Made;
}

/** A generation under way. `asked`: for what stands at the cursor; `ahead`: for what stands there once the shown text is taken. */
interface Running {
  readonly purpose: 'asked' | 'ahead';
  readonly generation: Generation;
  readonly finished: Promise<Finish>;
}

/** A generation that nobody waits for ends after this many milliseconds, unless typing has ended it before. */
const graceMs = 250;

/** What a stopped generation came to. */
export const stopped: Finish = {
  end: { kind: 'cancelled' },
  made: givenUp,
};

/** The one generation the engine works on, and who waits for it. */
export class InFlight {
  private running: Running | undefined;
  private waiting = 0;

  public constructor(private readonly clock: Clock) {}

  public get busy(): boolean {
    return this.running !== undefined;
  }

  /** Stops what runs and takes a new generation on; `finish` makes something of its end, once. */
  public start(
    purpose: Running['purpose'],
    generation: Generation,
    finish: (end: GenerationEnd) => Made,
  ): Promise<Finish> {
    this.stop();
    const finished = generation.done.then((end) => {
      if (this.running?.generation === generation) this.running = undefined;
      return { end, made: finish(end) };
    });
    this.running = { purpose, generation, finished };
    return finished;
  }

  public stop(): void {
    this.running?.generation.cancel();
    this.running = undefined;
  }

  /** The text at the cursor has changed: what it contradicts ends now. @param places where the cursor may stand now */
  public edited(places: readonly Place[]): void {
    const { running } = this;
    if (running !== undefined && !places.some((place) => agrees(running, place))) this.stop();
  }

  /**
   * Waits for what runs, as long as it says what stands at a place.
   * @returns false when nothing runs that could
   */
  public async join(place: Place, signal: AbortSignal): Promise<boolean> {
    const { running } = this;
    if (!running?.generation.fits(place)) return false;
    const { generation, finished } = running;
    let unlisten = (): void => undefined;
    const parted = new Promise<void>((resolve) => {
      unlisten = generation.onText(() => {
        if (!generation.fits(place)) resolve();
      });
    });
    await Promise.race([this.wait(finished, signal), parted]);
    unlisten();
    return true;
  }

  /** Waits for a generation; when the last one who waits has gone, it ends after a moment's grace. */
  public async wait(finished: Promise<Finish>, signal: AbortSignal): Promise<Finish> {
    this.waiting += 1;
    const first = await untilAborted(finished, signal);
    this.waiting -= 1;
    if (first !== undefined) return first;
    void this.clock.sleep(graceMs, new AbortController().signal).then(() => {
      if (this.waiting === 0 && this.running?.finished === finished) this.stop();
    });
    return stopped;
  }
}

function agrees({ purpose, generation }: Running, place: Place): boolean {
  if (generation.fits(place)) return true;
  const { prefix, file, given } = generation.situation;
  if (file.key !== place.fileKey || !prefix.startsWith(place.prefix)) return false;
  // A selected IntelliSense item counts as typed: less of it may stand in the document.
  return purpose === 'ahead' || place.prefix.length >= prefix.length - given.text.length;
}
