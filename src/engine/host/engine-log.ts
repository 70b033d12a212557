/** Where the engine writes what happens; goes to the client as `engine/log`. */
export type EngineLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
