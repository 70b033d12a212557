import { fileURLToPath } from 'node:url';
import type { EngineLaunch } from '../engine/client/index.js';

/** Where the engine's entry lies: beside the bundle, or the source under the same loader as this file. */
export function engineLaunch(): EngineLaunch {
  if (!import.meta.url.endsWith('.ts'))
    return { entry: fileURLToPath(new URL('./engine.js', import.meta.url)) };
  return {
    entry: fileURLToPath(new URL('../engine/main.ts', import.meta.url)),
    execArgv: ['--import', import.meta.resolve('tsx')],
  };
}
