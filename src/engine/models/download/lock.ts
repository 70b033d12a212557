import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

const pollMs = 500;
/** A holder renews its lock every few seconds; after this time without it is taken for dead. */
const staleMs = 15_000;

/**
 * Makes sure that one process at a time works on a folder: waits while another live process holds `<folder>.lock`, takes over from a
 * dead one. The lock lies beside the folder, so that its holder may remove the folder.
 * @param onWait told once when another process is at it
 * @returns releases the lock
 */
export async function acquireLock(
  folder: string,
  signal: AbortSignal,
  onWait: () => void = () => undefined,
): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await lock(folder, { realpath: false, stale: staleMs, onCompromised: () => undefined });
    } catch (error) {
      if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'ELOCKED') throw error;
    }
    if (tries === 0) onWait();
    await delay(pollMs, undefined, { signal });
  }
}
