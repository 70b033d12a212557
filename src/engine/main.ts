import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node.js';
import { serve } from './server/serve.js';

/** The engine process: forked by a client, speaks JSON-RPC over its IPC channel, and leaves when its parent does. */
function main(): void {
  if (process.send === undefined) {
    process.stderr.write('The engine is started by the extension or the command line, not by hand.\n');
    process.exitCode = 2;
    return;
  }
  // A native call may be running on another thread: nothing but a kill ends it at once, and nothing is left half-written by it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl+C in a terminal reaches the whole group. What is to be ended, and how, the parent says.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  serve(connection, process.env);
  connection.listen();
}

function fail(error: unknown): void {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${words}\n`, () => process.exit(1));
}

main();
