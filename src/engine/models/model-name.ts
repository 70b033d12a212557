import { basename } from 'node:path';
import { catalogue } from '../../contract/index.js';

/**
 * What a person knows a model by: its name in the catalogue, otherwise the one in its file, otherwise the file's.
 * @param inFile the header's `general.name`; often the name of a training run, and empty in some
 */
export function modelName(
  { id, path }: { readonly id: string; readonly path: string },
  inFile: string,
): string {
  return catalogue.find((model) => model.id === id)?.name ?? (inFile === '' ? basename(path) : inFile);
}
