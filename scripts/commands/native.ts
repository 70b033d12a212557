import { buildNativePart } from '../setup/native.js';

/** `npm run build:native`: the patched llama.cpp with the sparse engine, for this machine. */
export async function main(): Promise<number> {
  await buildNativePart();
  return 0;
}
