import {
  CancellationTokenSource,
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

/** Calls `handler` for each notification of this type; the result stops that. */
export function onNotification<P>(
  connection: MessageConnection,
  type: Notification<P>,
  handler: (params: P) => void,
): () => void {
  const subscription = connection.onNotification(new NotificationType<P>(type.method), handler);
  return () => subscription.dispose();
}
