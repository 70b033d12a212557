import { fork, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';
import { forkOptions, type EngineLaunch } from './launch.js';

/** How an engine process ended, in words fit for a log or a status bar. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly livedMs: number;
  /** The last lines it wrote to stderr. */
  readonly lastWords: string;
}

const keptStderr = 4_000;
const killAfterMs = 2_000;

/** One forked engine and its connection, from start to exit. It is never reused. */
export class EngineProcess {
  readonly connection: MessageConnection;
  /** Resolves once, when the process is gone. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  #lastWords = '';

  constructor(launch: EngineLaunch, onOutput: (line: string) => void) {
    const startedAt = Date.now();
    this.#child = fork(launch.entry, [], forkOptions(launch, process.env));
    this.connection = createMessageConnection(
      new IPCMessageReader(this.#child),
      new IPCMessageWriter(this.#child),
    );
    this.connection.onError(() => undefined);
    this.exited = new Promise((resolve) => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.connection.dispose();
        resolve({ code, signal, livedMs: Date.now() - startedAt, lastWords: this.#lastWords });
      };
      // Not on 'close': node 20 never emits it after this side has disconnected.
      this.#child.once('exit', (code, signal) => {
        const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
        void Promise.allSettled(streams.map((stream) => finished(stream))).then(() => finish(code, signal));
      });
      this.#child.once('error', (error) => {
        this.#lastWords += error.message;
        if (this.#child.pid === undefined) finish(null, null);
      });
    });
    this.#forward(this.#child.stdout, onOutput);
    this.#forward(this.#child.stderr, (line) => {
      this.#lastWords = `${this.#lastWords}${line}\n`.slice(-keptStderr);
      onOutput(line);
    });
    this.connection.listen();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** False once the process has closed its end or is gone. */
  get channelOpen(): boolean {
    return this.#child.connected;
  }

  /** Asks the process to leave (it does when its IPC channel closes), and kills it when it does not. */
  async stop(): Promise<ProcessExit> {
    const timer = setTimeout(() => this.kill(), killAfterMs);
    if (this.#child.connected) this.#child.disconnect();
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #forward(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine(line);
    });
    stream?.on('end', () => {
      if (rest.trim() !== '') onLine(rest);
    });
  }
}

/** "signal SIGKILL", "code 134", with the engine's last line of stderr where there is one. */
export function describeExit(exit: ProcessExit): string {
  const how = exit.signal === null ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  const lastLine = exit.lastWords.trim().split('\n').at(-1) ?? '';
  return lastLine === '' ? how : `${how}: ${lastLine}`;
}
