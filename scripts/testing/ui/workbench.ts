import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { artifactFolder } from '../../setup/paths.js';
import { startBrowser } from '../code-server/browser.js';
import { startServer, type RunningServer } from '../code-server/server.js';
import { installedExtension } from './installed-extension.js';
import { machineSettings } from './machine-settings.js';
import { makeWorkspace, type WorkspaceFiles } from './workspace.js';

export interface WorkbenchOptions {
  /** Names logs and pictures. */
  readonly name: string;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Machine settings on top of the ones that name the model folder and the threads. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Files of the workspace; real source files of this repository when absent. */
  readonly files?: WorkspaceFiles;
  /** The folder is not trusted. Default false. */
  readonly restricted?: boolean;
  /** Default 1280 x 800. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A tooltip that comes up while a slow machine makes a click wait takes the click. */
const steadySettings = { 'workbench.hover.delay': 600_000 };

/** A real VS Code in a browser, with the packaged extension installed and a throw-away workspace open. */
export class Workbench {
  private constructor(
    readonly name: string,
    readonly page: Page,
    /** The workspace's folder on disk. */
    readonly folder: string,
    private readonly browser: Browser,
    private readonly server: RunningServer,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const { install, extensionsFolder } = await installedExtension();
    const folder = await makeWorkspace(options.files);
    // The browser starts beside the server; a failure of it is seen where it is needed.
    const opening = startBrowser();
    const closeBrowser = (): Promise<void> =>
      opening.then(
        (browser) => browser.close(),
        () => undefined,
      );
    opening.catch(() => undefined);
    let server: RunningServer | null = null;
    try {
      const started = await startServer(install, {
        name: options.name,
        extensionsFolder,
        settings: { ...steadySettings, ...options.settings },
        machineSettings: { ...machineSettings(), ...options.machineSettings },
        restricted: options.restricted ?? false,
      });
      server = started;
      return await Workbench.open(options, folder, await opening, started, async () => {
        await closeBrowser();
        await started.stop();
      });
    } catch (error) {
      await closeBrowser();
      await server?.stop();
      throw error;
    }
  }

  private static async open(
    { name, size = { width: 1280, height: 800 } }: Pick<WorkbenchOptions, 'name' | 'size'>,
    folder: string,
    browser: Browser,
    server: RunningServer,
    end: () => Promise<void>,
  ): Promise<Workbench> {
    const page = await browser.newPage({ viewport: size });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    page.setDefaultTimeout(30_000);
    const workbench = new Workbench(name, page, folder, browser, server, end);
    await workbench.load();
    return workbench;
  }

  /**
   * A second window with an extension host of its own, on a workspace of its own or on the folder given; the settings are the first
   * one's.
   */
  async anotherWindow(
    options: Pick<WorkbenchOptions, 'name' | 'files' | 'size'> & { readonly folder?: string },
  ): Promise<Workbench> {
    const folder = options.folder ?? (await makeWorkspace(options.files));
    const { browser, server } = this;
    const window = await Workbench.open(options, folder, browser, server, () => window.page.close());
    return window;
  }

  /** Process id of the server; the extension host and the engine are its descendants. */
  get serverPid(): number {
    return this.server.pid;
  }

  /** The user's settings on disk; machine settings are elsewhere. */
  get userSettingsFile(): string {
    return this.server.settingsFile;
  }

  get machineSettingsFile(): string {
    return this.server.machineSettingsFile;
  }

  /** Opens the workspace in this page, again if it is open. */
  async load(): Promise<void> {
    await this.page.goto(`${this.server.url}/?folder=${encodeURIComponent(this.folder)}`);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  }

  /**
   * Opens a file of the workspace with the cursor at a line and column, both from 1. Quick Open's list changes under one's
   * hands on a busy machine, so a choice that opened something else is made again.
   */
  async openFile(file: string, line = 1, column = 1): Promise<void> {
    const name = path.basename(file);
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    for (let attempt = 1; ; attempt++) {
      await this.chooseInQuickOpen(file, `${file}:${line}:${column}`);
      const opened = await tab.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      if (opened) break;
      if (attempt === 3) throw new Error(`Quick Open did not open ${file}`);
      await this.page.keyboard.press('Escape');
    }
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    // Before the new editor has the focus, keys go nowhere.
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  }

  private async chooseInQuickOpen(file: string, choice: string): Promise<void> {
    const row = await this.quickInputRow('Control+P', file, path.basename(file));
    await this.page.locator('.quick-input-widget input').first().fill(choice);
    await this.page.waitForTimeout(300);
    // Enter takes whichever row has the focus, and that may be the file that is open already.
    await row.click();
  }

  /** Runs a command by its title in the command palette. */
  async runCommand(title: string): Promise<void> {
    const row = await this.quickInputRow('F1', `>${title}`, title);
    await row.click();
  }

  /**
   * Opens the quick input with a key, types into it and waits for a row with this text. On a busy machine no row came now and
   * then (why is not known; the input closes when something else takes the focus late); then the key is pressed once more.
   */
  private async quickInputRow(key: string, typed: string, text: string): Promise<Locator> {
    const input = this.page.locator('.quick-input-widget input').first();
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await input.fill(typed, { timeout: 10_000 });
        await row.waitFor({ timeout: 10_000 });
        return row;
      } catch (error) {
        if (attempt === 3) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The active text editor. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor').first();
  }

  /** The text of the active editor's visible lines, ghost text included; VS Code draws spaces as no-break ones. */
  async visibleText(): Promise<string> {
    const lines = await this.editor.locator('.view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text),
    );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** The parts of the ghost text on show. */
  get ghostText(): Locator {
    return this.editor.locator(
      '.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text',
    );
  }

  /** A status bar item, by text it holds. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** The document inside a webview on show: the only one, or the one whose body holds `text`. */
  webview(index = 0): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').nth(index).frameLocator('iframe#active-frame');
  }

  /** Keeps a picture among the artefacts. */
  async picture(name: string): Promise<string> {
    await mkdir(artifactFolder, { recursive: true });
    const file = path.join(artifactFolder, `${this.name}-${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Ends the server and everything it started; a second window only closes. */
  async close(): Promise<void> {
    await this.end();
  }
}
