import path from 'node:path';
import { packageVsix } from '../package/vsix.js';
import { run } from '../process/run.js';
import { fetchDefaultModel } from '../setup/model.js';
import { cacheFolder, root } from '../setup/paths.js';
import { findProgram } from '../setup/requirements.js';
import { say } from '../setup/step.js';
import { installedExtension } from '../testing/ui/installed-extension.js';
import { machineSettings } from '../testing/ui/machine-settings.js';
import { startServer } from '../testing/code-server/server.js';

const preferredPort = 8137;

/** `npm run code [FOLDER]`: VS Code with the extension installed, on the desktop or, where there is none, in a browser. */
export async function main([folder = root]: readonly string[]): Promise<number> {
  const [vsix] = await Promise.all([packageVsix(), fetchDefaultModel()]);
  const desktop = await findProgram(['code', 'codium']);
  if (desktop !== null && hasScreen()) {
    await run(desktop, ['--install-extension', vsix, '--force']);
    await run(desktop, [path.resolve(folder)]);
    return 0;
  }
  const { install, extensionsFolder } = await installedExtension();
  const server = await startServer(install, {
    name: 'code',
    extensionsFolder,
    machineSettings: machineSettings(),
    port: preferredPort,
    home: path.join(cacheFolder, 'code-home'),
  });
  const query = new URLSearchParams({ folder: path.resolve(folder) });
  say('code', `open ${server.url}/?${query.toString()}   (Ctrl+C ends it)`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void server.stop());
  await server.ended;
  return 0;
}

function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') !== '';
}
