import { freemem, totalmem } from 'node:os';

/** Left to everything else on the machine. */
const reserve = 256 * 1024 ** 2;

/**
 * Bytes that this process may still take without pushing others out. macOS counts what it could give back as taken: there it is half
 * of the machine's memory.
 */
export function availableMemory(): number {
  return process.platform === 'darwin' ? totalmem() / 2 : freemem();
}

/** Why layouts of this size are not built; null when they fit. Layouts are about as large as the weights that they copy. */
export function tooLarge(layoutBytes: number, available: number = availableMemory()): string | null {
  if (layoutBytes + reserve <= available) return null;
  const [needed, free] = [layoutBytes, available].map((bytes) => `${Math.round(bytes / 1024 ** 2)} MB`);
  return `The sparse layouts need ${needed} of memory and ${free} are free: everything runs dense.`;
}
