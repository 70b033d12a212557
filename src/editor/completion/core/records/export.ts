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

/** A request with sizes and hashes in place of every text of the user's files. */
type WithheldRequest = ReturnType<typeof withoutSource>;

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
      readonly record: Omit<CompletionRecord, 'request' | 'result' | 'path' | 'said' | 'shown' | 'judged'>;
      readonly request?: WithheldRequest;
      readonly text?: Withheld;
    };

const withheld = (text: string): Withheld => ({
  characters: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
});

/** A record for export. `withheld`: no text of the user's files, no path and no answer. */
export function exported(record: CompletionRecord, source: 'included' | 'withheld'): ExportedRecord {
  if (source === 'included') return { version: exportVersion, source, record };
  const { request, result, path: _path, said: _said, shown: _shown, judged: _judged, ...rest } = record;
  return {
    version: exportVersion,
    source,
    record: rest,
    ...(request !== undefined && { request: withoutSource(request) }),
    ...(result !== undefined && { text: withheld(result.text) }),
  };
}

/** Names what goes out, one by one: a text that is added to requests stays in until someone adds it here. */
function withoutSource(request: CompletionRequest) {
  const { id, languageId, budget, fimCut, shape, sampling, stop, sparsity, correction, prefillOnly } =
    request;
  const { prefix, suffix, context, file } = request;
  return {
    id,
    languageId,
    budget,
    fimCut,
    shape,
    sampling,
    stop,
    sparsity,
    correction,
    prefillOnly,
    prefix: withheld(prefix),
    suffix: withheld(suffix),
    context: context.map(({ source, text }) => ({ source, ...withheld(text) })),
    ...(file !== undefined && { file: { before: withheld(file.before), after: withheld(file.after) } }),
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

/** A request that can be sent again, and what came of it. */
export type Replayable = Required<Pick<CompletionRecord, 'request'>> &
  Pick<CompletionRecord, 'result' | 'said' | 'shown' | 'judged'>;

const isReplayable = (value: unknown): value is Replayable =>
  isObject(value) &&
  'request' in value &&
  isRequest(value.request) &&
  ['result', 'judged'].every((key) => isAbsentOr(value, key, isObject)) &&
  ['said', 'shown'].every((key) => isAbsentOr(value, key, (text) => typeof text === 'string'));

function isAbsentOr(value: object, key: string, test: (found: unknown) => boolean): boolean {
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return found === undefined || test(found);
}

/**
 * The request in an exported file, ready to be sent again, with its answer.
 * @throws Error in words when the file is none, is of another version, or was exported without source
 */
export function replayable(file: unknown): Replayable {
  if (!isObject(file) || !('version' in file) || !('source' in file) || !('record' in file))
    throw new Error('This is not an exported completion request.');
  if (file.version !== exportVersion)
    throw new Error(`The export has version ${String(file.version)}; this program reads ${exportVersion}.`);
  if (file.source !== 'included')
    throw new Error('The request was exported without source and cannot be replayed.');
  const { record } = file;
  if (!isReplayable(record)) throw new Error('The export holds no request: nothing was asked of the engine.');
  return record;
}
