import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where the profiles that come with the extension may lie: beside the bundle (`dist/`), or in the repository when run from source. */
const builtInFolders = [
  path.join(here, '..', 'media', 'profiles'),
  path.join(here, '..', '..', '..', 'media', 'profiles'),
];

/** The sparsity profile of a model: a sidecar GGUF named by the model's hash. */
export const profileFile = (folder: string, modelSha256: string): string =>
  path.join(folder, `${modelSha256}.sparsity.gguf`);

/** The profile to use for a model: the user's own in `folder`, else the built-in one, else null. */
export function findProfile(folder: string, modelSha256: string): string | null {
  const places = [folder, ...builtInFolders].map((place) => profileFile(place, modelSha256));
  return places.find((file) => existsSync(file)) ?? null;
}
