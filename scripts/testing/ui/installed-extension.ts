import { rm } from 'node:fs/promises';
import path from 'node:path';
import { vsixFile } from '../../package/paths.js';
import { fingerprint } from '../../setup/fingerprint.js';
import { cacheFolder, root } from '../../setup/paths.js';
import { runStep } from '../../setup/step.js';
import { installCodeServer, type CodeServerInstall } from '../code-server/install.js';
import { installVsix } from '../code-server/server.js';

export interface InstalledExtension {
  readonly install: CodeServerInstall;
  /** An extensions folder that holds the packaged extension and nothing else. */
  readonly extensionsFolder: string;
}

/**
 * Installs the VSIX that `npm run package` made, or the one that SPARSE_PILOT_VSIX names. SPARSE_PILOT_EXTENSIONS names an
 * extensions folder to use as it is: the quick loop while writing a test.
 */
export async function installedExtension(): Promise<InstalledExtension> {
  const install = await installCodeServer();
  const ready = process.env['SPARSE_PILOT_EXTENSIONS'];
  if (ready !== undefined) return { install, extensionsFolder: path.resolve(ready) };
  const vsix = process.env['SPARSE_PILOT_VSIX'] ?? vsixFile;
  const extensionsFolder = path.join(cacheFolder, 'installed-extension');
  await runStep({
    name: 'install-vsix',
    inputs: () => fingerprint([path.relative(root, vsix)]),
    outputs: [path.join(extensionsFolder, 'extensions.json')],
    run: async () => {
      await rm(extensionsFolder, { recursive: true, force: true });
      await installVsix(install, vsix, extensionsFolder);
    },
  });
  return { install, extensionsFolder };
}
