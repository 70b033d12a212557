import { homedir } from 'node:os';
import path from 'node:path';
import { expandHome } from './home.js';

/**
 * Where models are kept: `SPARSE_PILOT_MODELS`, or a folder in the system's place for a user's data.
 * @param environment the process's environment; workspace settings never reach it
 */
export function modelFolder(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const chosen = environment['SPARSE_PILOT_MODELS'];
  if (chosen !== undefined && chosen !== '') return path.resolve(expandHome(chosen, home));
  return path.join(userData(environment, platform, home), 'sparse-pilot', 'models');
}

/** The system's place for a user's data. */
export function userData(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support');
    case 'win32':
      return environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local');
    default:
      return environment['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share');
  }
}
