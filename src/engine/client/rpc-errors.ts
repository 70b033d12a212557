import { ResponseError } from 'vscode-jsonrpc/node.js';
import { EngineError } from '../engine-error.js';
import { engineErrorCodes, type EngineErrorCode, type EngineErrorData } from '../../contract/errors.js';

/** JSON-RPC code of every error this protocol raises on purpose (the range reserved for servers). */
export const engineErrorRpcCode = -32001;
const requestCancelledRpcCode = -32800;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const toCode = (value: unknown): EngineErrorCode =>
  engineErrorCodes.find((code) => code === value) ?? 'internal';

/** The wire form of an error raised in the engine process. */
export function toResponseError(error: unknown): ResponseError<EngineErrorData> {
  if (error instanceof EngineError) {
    const data: EngineErrorData =
      error.nextStep === undefined ? { code: error.code } : { code: error.code, nextStep: error.nextStep };
    return new ResponseError(engineErrorRpcCode, error.message, data);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ResponseError(engineErrorRpcCode, message, { code: 'internal' });
}

/** The error a client sees for whatever the connection rejected with. */
export function fromResponseError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ResponseError)) return new EngineError('internal', message);
  if (error.code === requestCancelledRpcCode) return new EngineError('cancelled', message);
  const data: unknown = error.data;
  if (!isRecord(data)) return new EngineError('internal', message);
  const nextStep = typeof data['nextStep'] === 'string' ? data['nextStep'] : undefined;
  return new EngineError(toCode(data['code']), message, nextStep);
}
