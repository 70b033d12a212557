import path from 'node:path';
import { platform, root } from '../setup/paths.js';

/** The extension's file for this platform, made by `npm run package`. */
export const vsixFile = path.join(root, `sparse-pilot-${platform}.vsix`);
