import path from 'node:path';

/** The repository's root. */
export const root = path.resolve(import.meta.dirname, '..', '..');
/** Everything that set-up makes and can make again. */
export const cacheFolder = path.join(root, '.cache');
export const logFolder = path.join(cacheFolder, 'logs');
export const distFolder = path.join(root, 'dist');
/** Screenshots and logs that a test run leaves for a person to look at. */
export const artifactFolder = path.join(root, 'test-artifacts');
/** The name node-llama-cpp and VS Code both use for this machine's platform, for example linux-x64. */
export const platform = `${process.platform}-${process.arch}`;
