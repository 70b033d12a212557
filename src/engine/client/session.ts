import type { MessageConnection } from 'vscode-jsonrpc/node.js';
import type { EngineInfo } from '../../contract/engine-info.js';
import { protocolVersion, requests, type Request } from '../../contract/protocol.js';
import { EngineError } from '../engine-error.js';
import { describeExit, EngineProcess } from './engine-process.js';
import type { EngineLaunch } from './launch.js';
import { sendRequest } from './rpc.js';

/** A running engine that has answered `hello`. Lives as long as its process; every request ends when the process does. */
export class EngineSession {
  readonly process: EngineProcess;
  readonly info: EngineInfo;

  private constructor(process: EngineProcess, info: EngineInfo) {
    this.process = process;
    this.info = info;
  }

  /**
   * Forks an engine and waits for its greeting.
   * @param onFork called before any message can arrive, to attach listeners
   * @throws EngineError `engine-down` when it dies first
   */
  static async start(
    launch: EngineLaunch,
    onFork: (process: EngineProcess) => void,
    onOutput: (line: string) => void,
  ): Promise<EngineSession> {
    const process = new EngineProcess(launch, onOutput);
    onFork(process);
    const info = await requestUntilExit(process, requests.hello, { protocolVersion });
    return new EngineSession(process, info);
  }

  get connection(): MessageConnection {
    return this.process.connection;
  }

  /** @throws EngineError `engine-down` when the process dies before it answers */
  request<P, R>(type: Request<P, R>, params: P, signal?: AbortSignal): Promise<R> {
    return requestUntilExit(this.process, type, params, signal);
  }
}

async function requestUntilExit<P, R>(
  process: EngineProcess,
  type: Request<P, R>,
  params: P,
  signal?: AbortSignal,
): Promise<R> {
  const died = process.exited.then((exit): never => {
    throw new EngineError(
      'engine-down',
      `The engine stopped (${describeExit(exit)}).`,
      'It restarts by itself; try again.',
    );
  });
  const answer = sendRequest(process.connection, type, params, signal).catch(async (error: unknown) => {
    // A closed channel rejects before the exit is known; the exit's words say more.
    if (process.channelOpen) throw error;
    return await died;
  });
  return await Promise.race([answer, died]);
}
