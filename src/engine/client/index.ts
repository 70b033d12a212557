export { defaultBackOff, type BackOff } from './back-off.js';
export { EngineClient, type EngineClientOptions, type LogLine } from './engine-client.js';
export { EngineError } from '../engine-error.js';
export { expandHome } from '../models/home.js';
export type { EngineLaunch } from './launch.js';
