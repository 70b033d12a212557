import path from 'node:path';
import { bundle } from '../build/bundle.js';
import { run } from '../process/run.js';
import { distFolder } from './paths.js';

/** Fetches the default model through the command line, as a user would; an interrupted download is resumed. */
export async function fetchDefaultModel(): Promise<void> {
  await bundle();
  await run(process.execPath, [path.join(distFolder, 'cli.js'), 'models', 'download']);
}
