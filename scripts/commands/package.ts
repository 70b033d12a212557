import { packageVsix } from '../package/vsix.js';

/** `npm run package`: the VSIX of this platform, path on standard output. */
export async function main(): Promise<number> {
  process.stdout.write(`${await packageVsix()}\n`);
  return 0;
}
