import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { root } from '../../setup/paths.js';
import { runInCodeServer } from '../code-server/host-run.js';
import { machineSettings } from '../ui/machine-settings.js';
import { makeWorkspace } from '../ui/workspace.js';
import { bundleHostTests } from './bundle.js';
import { hostOutput, hostTestFolder } from './paths.js';

/**
 * Runs `test/host` inside the extension host of a real VS Code: the desktop one that VSCODE_PATH names, otherwise
 * code-server. Same suite, same output.
 */
// Leaving by exit lets the server be ended.
process.once('SIGTERM', () => process.exit(143));
const testsModule = await bundleHostTests();
const workspace = await makeWorkspace();
const desktop = process.env['VSCODE_PATH'];
const passed = desktop === undefined ? await inCodeServer() : await inDesktop(desktop);
process.stdout.write(
  await readFile(path.join(hostTestFolder, hostOutput), 'utf8').catch(() => 'mocha wrote nothing\n'),
);
await rm(workspace, { recursive: true, force: true });
process.exit(passed ? 0 : 1);

async function inCodeServer(): Promise<boolean> {
  return runInCodeServer({
    testsModule,
    extension: root,
    workspace,
    machineSettings: machineSettings(),
    env: {},
    timeoutMs: 13 * 60_000,
  }).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    return false;
  });
}

async function inDesktop(vscodeExecutablePath: string): Promise<boolean> {
  const code = await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: root,
    extensionTestsPath: testsModule,
    launchArgs: [workspace, '--disable-workspace-trust'],
  }).catch(() => 1);
  return code === 0;
}
