import path from 'node:path';

/** The sparsity profile of a model: a sidecar GGUF named by the model's hash. */
export const profileFile = (folder: string, modelSha256: string): string =>
  path.join(folder, `${modelSha256}.sparsity.gguf`);
