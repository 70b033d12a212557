import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the machine's power comes from; `unknown` where it cannot be told. */
export type Power = 'mains' | 'battery' | 'unknown';

const run = promisify(execFile);
const linuxSupplies = '/sys/class/power_supply';
/** How long an answer is believed, in milliseconds. */
const freshMs = 30_000;

/** What a Linux supply's files say; a machine with no supply at all runs on mains. */
export function powerOfSupplies(
  supplies: readonly { readonly type: string; readonly online?: string; readonly status?: string }[],
): Power {
  if (supplies.some(({ type, online }) => type !== 'Battery' && online === '1')) return 'mains';
  return supplies.some(({ type, status }) => type === 'Battery' && status === 'Discharging')
    ? 'battery'
    : 'mains';
}

const word = (folder: string, name: string) =>
  readFile(join(folder, name), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );

async function linuxPower(): Promise<Power> {
  const names = await readdir(linuxSupplies).catch(() => []);
  const supplies = await Promise.all(
    names.map(async (name) => {
      const folder = join(linuxSupplies, name);
      const [type = '', online, status] = await Promise.all([
        word(folder, 'type'),
        word(folder, 'online'),
        word(folder, 'status'),
      ]);
      return { type, ...(online !== undefined && { online }), ...(status !== undefined && { status }) };
    }),
  );
  return powerOfSupplies(supplies);
}

async function macPower(): Promise<Power> {
  const { stdout } = await run('/usr/bin/pmset', ['-g', 'batt']);
  return stdout.includes("'Battery Power'") ? 'battery' : 'mains';
}

async function readPower(): Promise<Power> {
  if (process.platform === 'linux') return await linuxPower();
  if (process.platform === 'darwin') return await macPower();
  return 'unknown';
}

/** The machine's power, asked of the system at most twice a minute and only when somebody wants to know. */
export class PowerWatch {
  private current: Power = 'unknown';
  private readAt = -Infinity;

  /** The last known answer; a new one is fetched in the background when it is old. */
  public get power(): Power {
    if (performance.now() - this.readAt > freshMs) {
      this.readAt = performance.now();
      readPower().then(
        (power) => (this.current = power),
        () => (this.current = 'unknown'),
      );
    }
    return this.current;
  }
}
