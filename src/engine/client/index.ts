export { defaultBackOff, type BackOff } from './back-off.js';
export { EngineClient, type EngineClientOptions, type LogLine } from './engine-client.js';
export { EngineError } from '../engine-error.js';
export type { EngineLaunch } from './launch.js';
