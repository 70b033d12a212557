import { createHash } from 'node:crypto';
import type { CompletionRequest } from '../../../../contract/completion.js';
import type { CompletionRecord } from './record.js';

/** Raised when the form of an export changes. */
export const exportVersion = 1;

/** What stands for a text that was left out. */
export interface Withheld {
  readonly characters: number;
  readonly sha256: string;
}

/** A record as it is written to a file. With source it holds all that a replay needs; without it only sizes and hashes. */
export type ExportedRecord =
  | {
      readonly version: typeof exportVersion;
      readonly source: 'included';
      readonly record: CompletionRecord;
    }
  | {
      readonly version: typeof exportVersion;
      readonly source: 'withheld';
      readonly record: Omit<CompletionRecord, 'request' | 'result' | 'path'>;
      readonly request?: Omit<CompletionRequest, 'prefix' | 'suffix' | 'context' | 'path'> & {
        readonly prefix: Withheld;
        readonly suffix: Withheld;
        readonly context: readonly (Withheld & { readonly source: string })[];
      };
      readonly text?: Withheld;
    };

const withheld = (text: string): Withheld => ({
  characters: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
});

/** A record for export. `withheld`: no text of the user's files, no path and no answer. */
export function exported(record: CompletionRecord, source: 'included' | 'withheld'): ExportedRecord {
  if (source === 'included') return { version: exportVersion, source, record };
  const { request, result, path: _path, ...rest } = record;
  return {
    version: exportVersion,
    source,
    record: rest,
    ...(request !== undefined && { request: withoutSource(request) }),
    ...(result !== undefined && { text: withheld(result.text) }),
  };
}

function withoutSource({ path: _path, prefix, suffix, context, ...rest }: CompletionRequest) {
  return {
    ...rest,
    prefix: withheld(prefix),
    suffix: withheld(suffix),
    context: context.map(({ source, text }) => ({ source, ...withheld(text) })),
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const hasText = (value: object, key: string) =>
  Object.entries(value).some(([name, text]) => name === key && typeof text === 'string');

const isRequest = (value: unknown): value is CompletionRequest =>
  isObject(value) &&
  ['id', 'path', 'languageId', 'prefix', 'suffix'].every((key) => hasText(value, key)) &&
  'context' in value &&
  Array.isArray(value.context) &&
  'shape' in value &&
  isObject(value.shape);

/**
 * The request in an exported file, ready to be sent again.
 * @throws Error in words when the file is none, is of another version, or was exported without source
 */
export function replayable(file: unknown): CompletionRequest {
  if (!isObject(file) || !('version' in file) || !('source' in file) || !('record' in file))
    throw new Error('This is not an exported completion request.');
  if (file.version !== exportVersion)
    throw new Error(`The export has version ${String(file.version)}; this program reads ${exportVersion}.`);
  if (file.source !== 'included')
    throw new Error('The request was exported without source and cannot be replayed.');
  const { record } = file;
  if (!isObject(record) || !('request' in record) || !isRequest(record.request))
    throw new Error('The export holds no request: nothing was asked of the engine.');
  return record.request;
}
