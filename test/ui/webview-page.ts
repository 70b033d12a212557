import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { targets } from '../../scripts/build/targets.js';
import { artifactFolder } from '../../scripts/setup/paths.js';
import type { ChatViewMessage, PanelAction, PanelMessage } from '../../src/contract/index.js';
import type { Theme } from './panel/themes.js';

/** Bundles the webviews into a folder of their own, with the very options of the extension's build. */
export async function bundleWebviews(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-webview-'));
  for (const target of targets) {
    if (target.platform === 'browser') await build({ ...target, outdir: folder });
  }
  return folder;
}

const policy = (nonce: string) =>
  `default-src 'none'; script-src 'nonce-${nonce}'; style-src http://page.test; font-src http://page.test; img-src http://page.test`;

function pageHtml({ theme, bundle, strings, language }: Required<WebviewPageOptions>): string {
  const l10n = JSON.stringify(strings).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><title>${bundle}</title>
<meta http-equiv="Content-Security-Policy" content="${policy('n')}">
<link rel="stylesheet" href="/codicon.css" id="vscode-codicon-stylesheet" nonce="n">
<link rel="stylesheet" href="/${bundle}.css"><link rel="stylesheet" href="/theme-variables.css">
<script nonce="n">
window.posted = []; window.stored = JSON.parse(sessionStorage.getItem('stored') ?? 'null') ?? undefined;
window.acquireVsCodeApi = () => ({ postMessage: (m) => window.posted.push(m), getState: () => window.stored, setState: (s) => { window.stored = s; sessionStorage.setItem('stored', JSON.stringify(s)); } });
</script></head>
<body class="${theme.bodyClass}" data-vscode-theme-kind="${theme.bodyClass}"><div id="root" data-l10n="${l10n}"></div>
<script type="module" nonce="n" src="/${bundle}.js"></script></body></html>`;
}

const variablesCss = (theme: Theme) =>
  `:root{${Object.entries(theme.variables)
    .map(([name, value]) => `--vscode-${name}:${value}`)
    .join(';')}} body{background:var(--vscode-sideBar-background)}`;

export interface WebviewPageOptions {
  readonly theme: Theme;
  readonly width: number;
  readonly height?: number;
  readonly strings?: Readonly<Record<string, string>>;
  /** The editor's display language. Default `en`. */
  readonly language?: string;
  /** Default `panel`. */
  readonly bundle?: 'panel' | 'chat';
}

/** The page of the panel or of the chat as the editor would host it, under its content security policy; the test plays the editor's end. */
export class WebviewPage {
  private constructor(
    readonly page: Page,
    private readonly bundle: 'panel' | 'chat',
  ) {}

  static async open(browser: Browser, folder: string, options: WebviewPageOptions): Promise<WebviewPage> {
    const all = { height: 1000, strings: {}, language: 'en', bundle: 'panel' as const, ...options };
    const { theme, width, height, bundle } = all;
    const page = await browser.newPage({ viewport: { width, height } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.route('http://page.test/**', async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: pageHtml(all) });
      if (name === 'theme-variables.css')
        return route.fulfill({ contentType: 'text/css', body: variablesCss(theme) });
      const type = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' }[path.extname(name)];
      const body = await readFile(path.join(folder, name));
      return route.fulfill({ body, contentType: type ?? 'application/octet-stream' });
    });
    await page.goto('http://page.test/');
    await page.waitForFunction('window.posted.length > 0');
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return new WebviewPage(page, bundle);
  }

  /** Sends a message as the editor does. */
  async send(message: PanelMessage | ChatViewMessage): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), message);
    await this.page.waitForTimeout(80);
  }

  /** The page comes back, as after it was hidden: what it kept is there, and the editor's end is to be played again. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForFunction('window.posted.length > 0');
  }

  /** What the page has posted, in order. */
  async posted<Action = PanelAction>(): Promise<readonly Action[]> {
    return await this.page.evaluate('window.posted');
  }

  async picture(name: string): Promise<void> {
    await mkdir(artifactFolder, { recursive: true });
    await this.page.screenshot({
      path: path.join(artifactFolder, `${this.bundle}-${name}.png`),
      fullPage: true,
    });
  }
}
