import type { ForkOptions } from 'node:child_process';

/** How to start the engine process. */
export interface EngineLaunch {
  /** Absolute path of the engine's entry: `dist/engine.js`, or `src/engine/main.ts` under a loader. */
  readonly entry: string;
  /** Program that runs it. Default: the one running now (Electron runs it as Node). */
  readonly execPath?: string;
  /** Node flags of the child. Default none: a debugger's flags are not inherited. */
  readonly execArgv?: readonly string[];
  /** Added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Settings of the parent that must not steer the child: a debugger, or a loader it cannot see. */
const strippedVariables = ['NODE_OPTIONS', 'VSCODE_INSPECTOR_OPTIONS', 'ELECTRON_NO_ASAR'];

/** The options of `child_process.fork` for an engine. stdin is closed; stdout and stderr go to the log. */
export function forkOptions(launch: EngineLaunch, environment: NodeJS.ProcessEnv): ForkOptions {
  const env: NodeJS.ProcessEnv = { ...environment, ...launch.env, ELECTRON_RUN_AS_NODE: '1' };
  for (const name of strippedVariables) delete env[name];
  const base: ForkOptions = {
    env,
    execArgv: [...(launch.execArgv ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
  };
  return launch.execPath === undefined ? base : { ...base, execPath: launch.execPath };
}
