import {
  NotificationType,
  RequestType,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';
import type { EngineErrorData } from '../../contract/errors.js';
import type { Notification, Request } from '../../contract/protocol.js';
import { toResponseError } from '../client/rpc-errors.js';

/** Answers one request: the signal is aborted when the client cancels it. */
export type Handler<P, R> = (params: P, signal: AbortSignal) => Promise<R>;

/** Puts a handler behind a method; whatever it throws reaches the client as a coded error. */
export function register<P, R>(
  connection: MessageConnection,
  type: Request<P, R>,
  handler: Handler<P, R>,
): void {
  const method = new RequestType<P, R, EngineErrorData>(type.method);
  connection.onRequest(method, async (params: P, token: CancellationToken) => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    if (token.isCancellationRequested) controller.abort();
    try {
      return await handler(params, controller.signal);
    } catch (error) {
      throw toResponseError(error);
    } finally {
      subscription.dispose();
    }
  });
}

/** Sends a notification; a closed channel is no error, the process is about to leave then. */
export function notify<P>(connection: MessageConnection, type: Notification<P>, params: P): void {
  connection.sendNotification(new NotificationType<P>(type.method), params).catch(() => undefined);
}
