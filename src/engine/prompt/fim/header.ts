import type { Vocabulary } from '../vocabulary.js';
import { head } from '../window.js';
import type { DetectedFim } from './detect.js';

/**
 * How a family was trained to see the name of the file that is completed. Stands still while the user types.
 * `separated`: the file separator and the path, before the prefix token. `in-prefix`: the path is the first line of the prefix,
 * the separator before the prefix token where other files are in front. `marked`: a line `+++++ path` before the prefix, where
 * other files are in front.
 */
export type HeaderStyle = 'separated' | 'in-prefix' | 'marked';

export interface Header {
  /** In front of other files. */
  readonly opening: readonly number[];
  /** Behind other files. */
  readonly file: readonly number[];
  /** In front of the prefix itself. */
  readonly inPrefix: readonly number[];
}

const none: Header = { opening: [], file: [], inPrefix: [] };
const longestPath = 256;
/** A repository has to have a name, and nobody knows it here. */
const repositoryName = 'project\n';

/** The line that stands before a file in the form `marked`. */
export const markedLine = (path: string): string => `+++++ ${head(path, longestPath)}\n`;

/**
 * The ids that name the file; none where they would be more than `limit`.
 * @param withContext whether other files stand in front
 */
export function headerOf(
  path: string,
  vocabulary: Vocabulary,
  fim: DetectedFim | null,
  { withContext, limit }: { readonly withContext: boolean; readonly limit: number },
): Header {
  const header = laidOut(path, vocabulary, fim, withContext);
  return headerSize(header) > limit ? none : header;
}

export const headerSize = ({ opening, file, inPrefix }: Header): number =>
  opening.length + file.length + inPrefix.length;

function laidOut(
  path: string,
  vocabulary: Vocabulary,
  fim: DetectedFim | null,
  withContext: boolean,
): Header {
  if (fim === null || path === '') return none;
  const { family, fileSeparator, repository } = fim;
  const name = vocabulary.encode(`${head(path, longestPath)}\n`);
  const opening = repository === null ? [] : [repository, ...vocabulary.encode(repositoryName)];
  switch (family.header) {
    case 'separated':
      return fileSeparator === null ? none : { opening, file: [fileSeparator, ...name], inPrefix: [] };
    case 'in-prefix':
      return fileSeparator === null
        ? none
        : { opening: [], file: withContext ? [fileSeparator] : [], inPrefix: name };
    case 'marked':
      return withContext ? { ...none, file: vocabulary.encode(markedLine(path)) } : none;
    default:
      return none;
  }
}
