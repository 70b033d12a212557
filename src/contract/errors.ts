/** Error codes of the private protocol, carried as `data.code` of a JSON-RPC error. */
export const engineErrorCodes = [
  'model-not-found',
  'model-not-gguf',
  'model-truncated',
  'model-hash-mismatch',
  'model-unsupported',
  'model-too-large',
  'no-model',
  'context-full',
  'out-of-memory',
  'bad-request',
  'cancelled',
  'download-failed',
  'disk-full',
  'read-only',
  'native-missing',
  'engine-down',
  'not-built-yet',
  'profile-refused',
  'nothing-to-measure',
  'internal',
] as const;
export type EngineErrorCode = (typeof engineErrorCodes)[number];

/** The payload of a failed request: a cause and a next step a person can act on. */
export interface EngineErrorData {
  readonly code: EngineErrorCode;
  readonly nextStep?: string;
}
