/** Where a text stands or is looked for: the document and everything before and after the cursor. */
export interface Place {
  readonly fileKey: string;
  readonly prefix: string;
  readonly suffix: string;
}

const keyedSuffix = 160;

/** Tells places apart. Far behind the cursor nothing depends on the text. */
export const placeKey = ({ fileKey, prefix, suffix }: Place): string =>
  `${fileKey}\u0000${prefix}\u0000${suffix.slice(0, keyedSuffix)}`;
