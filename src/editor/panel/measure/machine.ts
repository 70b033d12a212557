import { createHash } from 'node:crypto';
import { arch, cpus, platform, totalmem } from 'node:os';
import type { NativeBuild } from '../../../contract/index.js';

/** What makes measurements comparable: results are kept per model and machine. */
export interface Machine {
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly gpu: string | null;
  /** Version of the native build, or `stock`. */
  readonly build: string;
}

export function thisMachine(native: NativeBuild | null): Machine {
  const processors = cpus();
  return {
    platform: `${platform()}-${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    gpu: native?.gpu ?? null,
    build: native?.kind === 'own' ? native.version : 'stock',
  };
}

/** A short key of the machine; it names nothing about its owner. */
export function machineId(machine: Machine): string {
  return createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 16);
}
