import path from 'node:path';
import { cacheFolder } from '../../setup/paths.js';

/** Where the host suite is bundled to; what its reporter writes lies beside it. */
export const hostTestFolder = path.join(cacheFolder, 'host-tests');
export const hostOutput = 'output.log';
