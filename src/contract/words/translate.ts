/** Looks a text up in the user's language; the English text is the key. */
export type Translate = (text: string) => string;

/** English stays English. */
export const untranslated: Translate = (text) => text;
