import type { CatalogueModel } from '../../contract/models.js';

/** Where the chosen model is. */
export type ModelPlace =
  | {
      readonly kind: 'present';
      readonly id: string;
      readonly path: string;
      /** Of a catalogue model: 64 hex digits. */
      readonly expectedSha256?: string;
    }
  | { readonly kind: 'missing-file'; readonly path: string; readonly reason: string }
  | { readonly kind: 'not-downloaded'; readonly model: CatalogueModel; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A model that cannot be loaded because it is not there. */
export type MissingModel = Exclude<ModelPlace, { readonly kind: 'present' }>;
