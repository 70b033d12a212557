import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { artifactFolder, root } from '../../setup/paths.js';
import { startBrowser } from './browser.js';
import { installCodeServer } from './install.js';
import { startServer } from './server.js';

export interface HostRun {
  /** CommonJS module whose `run()` resolves when the tests have passed and rejects when one failed. */
  readonly testsModule: string;
  /** The extension under test, as a folder. */
  readonly extension: string;
  readonly workspace: string;
  readonly machineSettings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Runs a test module inside the extension host of a real VS Code served by code-server; true when it passed. */
export async function runInCodeServer(hostRun: HostRun): Promise<boolean> {
  const install = await installCodeServer();
  const server = await startServer(install, {
    name: 'host',
    machineSettings: hostRun.machineSettings,
    env: hostRun.env,
    smokeTestDriver: true,
  });
  let browser: Browser | null = null;
  try {
    browser = await startBrowser();
    const page = await browser.newPage();
    const code = await exitCode(page, hostRun, server.url);
    if (code !== 0) await keepPicture(page);
    return code === 0;
  } finally {
    await browser?.close();
    await server.stop();
  }
}

async function exitCode(page: Page, hostRun: HostRun, url: string): Promise<number> {
  const authority = new URL(url).host;
  const remote = (file: string): string => `vscode-remote://${authority}${path.resolve(root, file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(hostRun.extension)],
    ['extensionTestsPath', remote(hostRun.testsModule)],
  ];
  const query = new URLSearchParams({ folder: hostRun.workspace, payload: JSON.stringify(payload) });
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<number>((resolve, reject) => {
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
    void page.exposeFunction('codeAutomationLog', () => undefined);
    timer = setTimeout(
      () => reject(new Error(`The extension host's tests did not end within ${hostRun.timeoutMs / 1000} s`)),
      hostRun.timeoutMs,
    );
  });
  try {
    await page.goto(`${url}/?${query.toString()}`);
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

async function keepPicture(page: Page): Promise<void> {
  await mkdir(artifactFolder, { recursive: true });
  await page.screenshot({ path: path.join(artifactFolder, 'host-failure.png') }).catch(() => undefined);
}
