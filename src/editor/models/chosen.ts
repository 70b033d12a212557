import type { ModelListing, ModelStatus } from '../../contract/models.js';

/** The catalogue entry that a setting means; without one the recommended, or any other that is here already. */
export function chosenModel(listing: ModelListing, id: string): ModelStatus | undefined {
  const byId = (wanted: string) => listing.models.find((status) => status.model.id === wanted);
  if (id !== '') return byId(id);
  const preferred = [byId(listing.recommended), byId(listing.defaultId)];
  return (
    preferred.find((status) => typeof status?.path === 'string') ??
    listing.models.find((status) => status.path !== null) ??
    byId(listing.defaultId)
  );
}
