import { bundle } from '../build/bundle.js';

/** `npm run build`: bundles the extension, the engine, the command line and the webviews into `dist/`. */
export async function main(): Promise<number> {
  await bundle();
  return 0;
}
