import { open, stat } from 'node:fs/promises';
import { EngineError } from '../../engine-error.js';
import { writeAll } from './write-all.js';
import type { Http, HttpAnswer } from './http.js';

export interface FetchFileOptions {
  readonly http: Http;
  readonly signal: AbortSignal;
  /** Told the bytes of the file that are on the disk now, and its size where known. */
  readonly onBytes: (received: number, total: number | null) => void;
}

/** A source did not answer, or its stream broke: another attempt or another source may do. */
export class SourceFailed extends Error {
  /** Whether bytes arrived before it broke, so that trying the same source again makes sense. */
  readonly progressed: boolean;

  constructor(message: string, progressed: boolean) {
    super(message);
    this.name = 'SourceFailed';
    this.progressed = progressed;
  }
}

/**
 * Brings a file to the disk, going on where an earlier attempt stopped. The file is complete when this resolves, but unchecked.
 * @throws SourceFailed, or an error of the file system
 */
export async function fetchFile(url: string, path: string, options: FetchFileOptions): Promise<void> {
  const have = await sizeOf(path);
  const answer = await ask(url, have, options);
  if (answer.status === 416 && answer.totalSize === have) return;
  if (answer.status === 416) return await fetchFrom(await ask(url, 0, options), path, options);
  await fetchFrom(answer, path, options);
}

async function ask(url: string, from: number, { http, signal }: FetchFileOptions): Promise<HttpAnswer> {
  try {
    return await http.get(url, { signal, from });
  } catch (error) {
    signal.throwIfAborted();
    throw new SourceFailed(`${hostOf(url)} does not answer: ${wordsOf(error)}`, false);
  }
}

async function fetchFrom(answer: HttpAnswer, path: string, options: FetchFileOptions): Promise<void> {
  if (answer.status !== 200 && answer.status !== 206)
    throw new SourceFailed(`${hostOf(answer.url)} answered ${answer.status}`, false);
  let received = answer.status === 206 ? answer.start : 0;
  if ((await sizeOf(path)) < received)
    throw new SourceFailed(`${hostOf(answer.url)} answered another part than asked`, false);
  const file = await open(path, received === 0 ? 'w' : 'r+');
  const before = received;
  try {
    await file.truncate(received);
    const stream = answer.body[Symbol.asyncIterator]();
    for (;;) {
      const chunk = await nextChunk(stream, answer.url, received > before, options.signal);
      if (chunk === null) break;
      await writeAll(file, chunk, received);
      received += chunk.byteLength;
      options.onBytes(received, answer.totalSize);
    }
  } finally {
    await file.close();
  }
  if (answer.totalSize !== null && received < answer.totalSize)
    throw new SourceFailed(`${hostOf(answer.url)} stopped at ${received} of ${answer.totalSize} bytes`, true);
}

async function nextChunk(
  stream: AsyncIterator<Uint8Array>,
  url: string,
  progressed: boolean,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  try {
    const next = await stream.next();
    return next.done === true ? null : next.value;
  } catch (error) {
    signal.throwIfAborted();
    throw new SourceFailed(`the connection to ${hostOf(url)} broke: ${wordsOf(error)}`, progressed);
  }
}

/** 0 for a file that does not exist. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return 0;
    throw error;
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

function wordsOf(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
