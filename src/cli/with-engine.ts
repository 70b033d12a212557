import type { LoadModelRequest, ModelInfo } from '../contract/index.js';
import { EngineClient } from '../engine/client/index.js';
import { engineLaunch } from './engine-entry.js';
import { interruptible } from './interruptible.js';
import { chooseModel } from './model-choice.js';
import { StatusLine } from './status-line.js';

/** Which model a command works with, and how it is loaded. */
export interface EngineFlags {
  readonly model?: string;
  readonly threads?: number;
  readonly contextSize?: number;
}

export interface LoadedEngine {
  readonly client: EngineClient;
  readonly model: ModelInfo;
  readonly status: StatusLine;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
}

/** Set to anything, it makes the whole log of the engine appear on standard error. */
const logVariable = 'SPARSE_PILOT_LOG';

/**
 * Starts an engine with a model, runs `work`, and stops the engine whatever happens.
 * @param layouts whether the sparse layouts are built
 */
export async function withEngine<T>(
  flags: EngineFlags,
  layouts: 'sparse' | 'dense-only',
  work: (engine: LoadedEngine) => Promise<T>,
): Promise<T> {
  const chosen = await chooseModel(flags.model);
  const { id } = chosen;
  const status = new StatusLine();
  const client = new EngineClient(engineLaunch());
  client.onState((state) => {
    if (state.kind === 'starting') status.show('Starting the engine');
    if (state.kind === 'loading')
      status.show(
        `${state.step === 'checking' ? 'Checking' : 'Loading'} ${id}`,
        `${Math.round(state.progress * 100)}%`,
      );
  });
  const say = (line: string): void => {
    status.clear();
    process.stderr.write(`${line}\n`);
  };
  if (process.env[logVariable] !== undefined)
    client.onLog(({ level, message }) => say(`${level}: ${message}`));
  try {
    const request: LoadModelRequest = {
      ...chosen,
      sparseLayouts: layouts === 'sparse',
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(flags.contextSize === undefined ? {} : { contextSize: flags.contextSize }),
    };
    return await interruptible(async (signal) => {
      const model = await client.loadModel(request, signal);
      status.clear();
      model.stepDowns.forEach(say);
      return await work({ client, model, status, signal });
    });
  } finally {
    status.clear();
    await client.dispose();
  }
}
