import { context } from 'esbuild';
import { finishBundle } from '../build/bundle.js';
import { targets } from '../build/targets.js';

/** `npm run watch`: as build, again on every change. VS Code's F5 waits for the line that says it is watching. */
export async function main(): Promise<number> {
  const contexts = await Promise.all(targets.map((target) => context({ ...target, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.rebuild()));
  await finishBundle();
  await Promise.all(contexts.map((each) => each.watch()));
  process.stderr.write('[watch] watching\n');
  await new Promise((resolve) => process.once('SIGINT', resolve));
  await Promise.all(contexts.map((each) => each.dispose()));
  return 0;
}
