import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 500;

/**
 * Makes sure that one process at a time works on a file: waits while another live process holds the lock, takes over from a dead one.
 * @returns releases the lock
 */
export async function acquireLock(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  while (!(await tryLock(path))) {
    if (await holderIsGone(path)) await rm(path, { force: true });
    else await delay(pollMs, undefined, { signal });
  }
  return () => rm(path, { force: true });
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'EEXIST') return false;
    throw error;
  }
}

async function holderIsGone(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(path, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return true;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') !== 'EPERM';
  }
}
