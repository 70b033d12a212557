import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  catalogue,
  defaultModelId,
  requests,
  type CompletionRequest,
  type GenerateDelta,
  type GenerateResult,
  type LoadModelRequest,
} from '../../src/contract/index.js';
import { EngineClient, EngineError, type EngineClientOptions } from '../../src/engine/client/index.js';
import { modelFolder } from '../../src/engine/models/folder.js';

/** The real model that tests run on: `SPARSE_PILOT_TEST_MODEL`, or the downloaded default. */
export function testModel(): string {
  const fileName = catalogue.find(({ id }) => id === defaultModelId)?.fileName ?? '';
  const file = process.env['SPARSE_PILOT_TEST_MODEL'] ?? path.join(modelFolder(process.env), fileName);
  if (!existsSync(file)) throw new Error(`the test model is missing: ${file} (sparse-pilot models download)`);
  return file;
}

export const engineEntry = fileURLToPath(new URL('../../src/engine/main.ts', import.meta.url));
export const loaderFlags = ['--import', import.meta.resolve('tsx')];

/** A client of a real engine process, run from source. */
export const newClient = (options: Partial<EngineClientOptions> = {}): EngineClient =>
  new EngineClient({ entry: engineEntry, execArgv: loaderFlags, ...options });

export const loadRequest = (more: Partial<LoadModelRequest> = {}): LoadModelRequest => ({
  id: 'test',
  path: testModel(),
  threads: 2,
  contextSize: 2048,
  sparseLayouts: false,
  ...more,
});

let lastId = 0;

export const completion = (prefix: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  id: `request-${++lastId}`,
  path: 'sum.ts',
  languageId: 'typescript',
  prefix,
  suffix: '',
  context: [],
  shape: { kind: 'block', maxLines: 1000 },
  stop: { maxTokens: 16 },
  ...more,
});

export const complete = (
  client: EngineClient,
  prefix: string,
  more: Partial<CompletionRequest> = {},
): Promise<GenerateResult> => client.request(requests.complete, completion(prefix, more));

/** A chat that runs until it is stopped: a long answer with the end of the turn forbidden by a grammar. */
export const longChat = (maxTokens: number) => ({
  id: `chat-${++lastId}`,
  messages: [{ role: 'user' as const, text: 'Count from one to one thousand in words.' }],
  sampling: { grammar: 'root ::= [a-z, ]*' },
  stop: { maxTokens },
});

/** Resolves at the first delta that a stream delivers. */
export function firstDelta(): {
  readonly seen: Promise<void>;
  readonly onDelta: (delta: GenerateDelta) => void;
} {
  let onDelta: (delta: GenerateDelta) => void = () => undefined;
  const seen = new Promise<void>((resolve) => (onDelta = () => resolve()));
  return { seen, onDelta: (delta) => onDelta(delta) };
}

export const hasCode =
  (code: string, words: RegExp = /./) =>
  (error: unknown): boolean =>
    error instanceof EngineError && error.code === code && words.test(error.message);

export const exampleCode = `export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function mean(values: readonly number[]): number {
  return `;
