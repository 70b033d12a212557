import {
  CancellationTokenSource,
  type GenericNotificationHandler,
  NotificationType,
  RequestType,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';
import type { Notification, Request } from '../../contract/protocol.js';
import { EngineError } from '../engine-error.js';
import { fromResponseError } from './rpc-errors.js';

/** Sends one typed request; rejects with {@link EngineError}. Aborting `signal` cancels it in the engine. */
export async function sendRequest<P, R>(
  connection: MessageConnection,
  type: Request<P, R>,
  params: P,
  signal?: AbortSignal,
): Promise<R> {
  if (signal?.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await connection.sendRequest(new RequestType<P, R, unknown>(type.method), params, source.token);
  } catch (error) {
    throw fromResponseError(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** Listeners by connection and method: vscode-jsonrpc itself keeps one handler a method, and a second would take its place. */
const listeners = new WeakMap<MessageConnection, Map<string, Set<GenericNotificationHandler>>>();

/** Calls `handler` for each notification of this type; the result stops that. Any number may listen. */
export function onNotification<P>(
  connection: MessageConnection,
  type: Notification<P>,
  handler: (params: P) => void,
): () => void {
  const handlers = handlersOf(connection, type.method);
  const entry: GenericNotificationHandler = (params: P) => handler(params);
  handlers.add(entry);
  return () => handlers.delete(entry);
}

function handlersOf(connection: MessageConnection, method: string): Set<GenericNotificationHandler> {
  const methods = listeners.get(connection) ?? new Map<string, Set<GenericNotificationHandler>>();
  listeners.set(connection, methods);
  const known = methods.get(method);
  if (known !== undefined) return known;
  const handlers = new Set<GenericNotificationHandler>();
  methods.set(method, handlers);
  connection.onNotification(new NotificationType<unknown>(method), (params) => {
    for (const handler of [...handlers]) handler(params);
  });
  return handlers;
}
