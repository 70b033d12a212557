import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../../process/run.js';
import { artifactFolder, logFolder } from '../../setup/paths.js';
import type { CodeServerInstall } from './install.js';
import { keepLogs } from './keep-logs.js';
import { freePort } from './ports.js';

export interface ServerOptions {
  /** Names the server's log among the artefacts. */
  readonly name: string;
  /** User settings, as in settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of scope `machine`: a server does not take them from the user's file. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** An extensions folder to share; a fresh empty one when absent. */
  readonly extensionsFolder?: string;
  /** More environment for the server, its extension hosts and what they start. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets a page run the extension host's tests; it also hides notifications, so UI tests go without. */
  readonly smokeTestDriver?: boolean;
  /** Folders are not trusted until the person says so. Default false: all are. */
  readonly restricted?: boolean;
  /** The first to try; any free one when absent. */
  readonly port?: number;
  /** Keeps settings and state in this folder from one start to the next; a temporary one when absent. */
  readonly home?: string;
}

/** What takes no question, and no click away. */
const restrictedSettings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** A code-server on a loopback port, with a home of its own. */
export interface RunningServer {
  readonly url: string;
  /** The user's settings.json. */
  readonly settingsFile: string;
  /** The machine's settings.json. */
  readonly machineSettingsFile: string;
  readonly pid: number;
  /** Resolves when the server has ended by itself or by {@link stop}. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** Starts a server and waits until it answers. @throws Error when it does not within 60 s */
export async function startServer(
  install: CodeServerInstall,
  options: ServerOptions,
): Promise<RunningServer> {
  const home = options.home ?? (await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-home-')));
  const userData = path.join(home, 'data');
  const extensions = options.extensionsFolder ?? path.join(home, 'extensions');
  await mkdir(extensions, { recursive: true });
  await mkdir(artifactFolder, { recursive: true });
  await writeSettings(path.join(userData, 'User'), {
    ...quietSettings,
    ...(options.restricted === true ? restrictedSettings : {}),
    ...options.settings,
  });
  await writeSettings(path.join(userData, 'Machine'), options.machineSettings ?? {});
  await writeFile(path.join(home, 'config.yaml'), '');

  const port = await freePort(options.port);
  const url = `http://127.0.0.1:${port}`;
  const args = [
    install.entry,
    ...['--config', path.join(home, 'config.yaml'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--user-data-dir', userData, '--extensions-dir', extensions],
    ...['--disable-telemetry', '--disable-update-check'],
    ...(options.restricted === true ? [] : ['--disable-workspace-trust']),
    ...['--disable-getting-started-override', '--disable-proxy'],
    ...(options.smokeTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(install.node, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env, HOME: home, XDG_RUNTIME_DIR: home },
  });
  const log = createWriteStream(path.join(artifactFolder, `server-${options.name}.log`));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { pid } = child;
  if (pid === undefined) throw new Error('code-server could not be started');

  const killGroup = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', killGroup);
  const stop = async (): Promise<void> => {
    killGroup();
    process.removeListener('exit', killGroup);
    await ended;
    log.end();
    await keepLogs(userData, options.name);
    if (options.home === undefined) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  if (!(await answers(`${url}/healthz`, ended))) {
    await stop();
    throw new Error(`code-server did not answer at ${url}; its log is server-${options.name}.log`);
  }
  const settingsFile = path.join(userData, 'User', 'settings.json');
  const machineSettingsFile = path.join(userData, 'Machine', 'settings.json');
  return { url, settingsFile, machineSettingsFile, pid, ended, stop };
}

/** Installs a VSIX into an extensions folder, as `code --install-extension` does. */
export async function installVsix(
  install: CodeServerInstall,
  vsix: string,
  extensionsFolder: string,
): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-home-'));
  try {
    await writeFile(path.join(home, 'config.yaml'), '');
    const folders = ['--user-data-dir', path.join(home, 'data'), '--extensions-dir', extensionsFolder];
    const args = [install.entry, '--config', path.join(home, 'config.yaml'), ...folders];
    await run(install.node, [...args, '--install-extension', vsix, '--force'], {
      env: { ...process.env, HOME: home },
      logFile: path.join(logFolder, 'install-vsix.log'),
    });
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Settings that are there already, in a home that is kept, are left as the person made them. */
async function writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(settings, null, 2);
  await writeFile(path.join(folder, 'settings.json'), text, { flag: 'wx' }).catch(() => undefined);
}

async function answers(url: string, ended: Promise<void>): Promise<boolean> {
  let gone = false;
  void ended.then(() => (gone = true));
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && !gone) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return true;
    await delay(100);
  }
  return false;
}
