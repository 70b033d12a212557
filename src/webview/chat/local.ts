import type { ConversationSummary, FileChoice } from '../../contract/index.js';

/** The # picker above the composer while a file is being named. */
export interface FilePicker {
  readonly query: string;
  readonly files: readonly FileChoice[];
  readonly index: number;
  /** The answer to `query` is on its way; until then `files` are those found before that fit it too. */
  readonly searching: boolean;
}

/** Open conversation list: what is searched, found, and which entry is being renamed or asked about. */
export interface ConversationList {
  readonly query: string;
  /** Null while nothing is searched: all are shown. */
  readonly found: readonly ConversationSummary[] | null;
  readonly renaming: string | null;
  readonly deleting: string | null;
}

/** What only this page knows: drafts and what is open. */
export interface Local {
  readonly draft: string;
  readonly list: ConversationList | null;
  readonly editing: { readonly messageId: string; readonly text: string } | null;
  /** Answer asked for again although others follow it, until the person confirms. */
  readonly regenerating: string | null;
  readonly picker: FilePicker | null;
  readonly notice: string;
}

export const openedList: ConversationList = { query: '', found: null, renaming: null, deleting: null };
export const emptyLocal: Local = {
  draft: '',
  list: null,
  editing: null,
  regenerating: null,
  picker: null,
  notice: '',
};

/** The picker while a name is typed: what was found for the name so far is narrowed down until more is known. */
export function searchingPicker(query: string, before: FilePicker | null): FilePicker {
  const wanted = query.toLowerCase();
  const fits = ({ name, folder }: FileChoice) => `${folder}/${name}`.toLowerCase().includes(wanted);
  return { query, files: (before?.files ?? []).filter(fits), index: 0, searching: true };
}

/** The file name being typed after a `#` right before the caret; null when none is. */
export function fileQuery(draft: string, caret: number): string | null {
  return /(?:^|\s)#([^\s#]{0,100})$/u.exec(draft.slice(0, caret))?.[1] ?? null;
}

/** The draft without the `#name` before the caret: the chip stands for it. */
export function withoutFileQuery(draft: string, caret: number): string {
  return draft.slice(0, caret).replace(/#[^\s#]*$/u, '') + draft.slice(caret);
}
