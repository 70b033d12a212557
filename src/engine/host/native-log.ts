import { LlamaLogLevel } from 'node-llama-cpp';
import type { EngineLog } from './engine-log.js';

const keptLines = 4;

/** How llama.cpp words a decode that we interrupted ourselves: an ordinary cancel, no complaint. */
const interrupted =
  /failed with error 1$|compute status: 1$|failed to decode, ret = 2$|removing memory module entries/;

/** Passes llama.cpp's log on and keeps its last complaints, for words about a failed load. */
export class NativeLog {
  readonly #log: EngineLog;
  #complaints: string[] = [];

  constructor(log: EngineLog) {
    this.#log = log;
  }

  readonly write = (level: LlamaLogLevel, message: string): void => {
    const text = message.trim();
    if (text === '') return;
    const mapped = interrupted.test(text) ? 'debug' : mapLevel(level);
    if (mapped === 'error') this.#complaints = [...this.#complaints, text].slice(-keptLines);
    this.#log(mapped, text);
  };

  /** Forgets former complaints. */
  begin(): void {
    this.#complaints = [];
  }

  words(): string {
    return this.#complaints.join('; ');
  }
}

function mapLevel(level: LlamaLogLevel): 'debug' | 'info' | 'warn' | 'error' {
  switch (level) {
    case LlamaLogLevel.fatal:
    case LlamaLogLevel.error:
      return 'error';
    case LlamaLogLevel.warn:
      return 'warn';
    // what llama.cpp says at every load (metadata, buffers, graph sizes) is for its developers
    default:
      return 'debug';
  }
}
