import { packageVsix } from '../package/vsix.js';

/**
 * `npm run package`: the VSIX of this platform, path on standard output. Its native build is for this machine's processor;
 * `npm run package -- --release` makes one for every processor of the platform.
 */
export async function main(options: readonly string[]): Promise<number> {
  const flavour = options.includes('--release') ? 'release' : 'development';
  process.stdout.write(`${await packageVsix(flavour)}\n`);
  return 0;
}
