import type { Frame, Locator } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Workbench } from '../../../scripts/testing/ui/workbench.js';
import { root } from '../../../scripts/setup/paths.js';
import type { ChatViewMessage } from '../../../src/contract/index.js';

/** The chat view of a running workbench, as a person uses it. */
export class ChatPage {
  private constructor(
    private readonly bench: Workbench,
    readonly frame: Frame,
  ) {}

  /** Opens the view; on a slow machine the extension's commands come a little after the workbench. */
  static async open(bench: Workbench): Promise<ChatPage> {
    await bench.page.locator('.activitybar .action-item', { hasText: '' }).first().waitFor();
    await bench.page.getByRole('tab', { name: 'Sparse Pilot', exact: true }).first().click();
    await bench.webview().locator('.input').waitFor({ timeout: 60_000 });
    const handle = await bench.webview().locator('html').elementHandle();
    const frame = await handle?.ownerFrame();
    if (!frame) throw new Error('The chat’s page has no frame.');
    return new ChatPage(bench, frame);
  }

  locator(selector: string, options?: Parameters<Frame['locator']>[1]): Locator {
    return this.frame.locator(selector, options);
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  get input(): Locator {
    return this.locator('.input');
  }

  get answers(): Locator {
    return this.locator('article.assistant');
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  /** Sends a message and waits for its answer to begin. */
  async ask(text: string): Promise<void> {
    const before = await this.answers.count();
    await this.input.fill(text);
    await this.input.press('Enter');
    await this.answers.nth(before).waitFor();
  }

  /** Until the last answer has ended in whatever way. */
  async answered(): Promise<void> {
    await this.lastAnswer.locator('xpath=self::*[@aria-busy="false"]').waitFor({ timeout: 100_000 });
  }

  /** Stops the answer that is coming once some of it is there; false where the model had ended it by then. */
  async stop(): Promise<boolean> {
    await this.lastAnswer.locator('.block').first().waitFor({ timeout: 60_000 });
    const clicked = await this.button('Stop')
      .click({ timeout: 5_000 })
      .then(
        () => true,
        () => false,
      );
    await this.answered();
    return clicked && (await this.lastAnswer.getByText('Stopped.').count()) > 0;
  }

  /** The markdown's text of the last answer, without the bar and the numbers. */
  async answerText(): Promise<string> {
    return (await this.lastAnswer.locator('.markdown').innerText()).trim();
  }

  /** Plays a message of the editor. */
  async send(message: ChatViewMessage): Promise<void> {
    await this.frame.evaluate((data) => window.postMessage(data, '*'), message);
    await this.bench.page.waitForTimeout(120);
  }

  /** Accessibility violations of the page, as axe-core finds them; one line each. */
  async violations(): Promise<readonly string[]> {
    const axe = await readFile(path.join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
    await this.frame.evaluate(axe);
    return await this.frame.evaluate(async () => {
      const found = await axeOf(window).run(document, { resultTypes: ['violations'] });
      return found.violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      );
      function axeOf(page: Window): { run(root: Document, options: object): Promise<AxeResults> } {
        return Reflect.get(page, 'axe');
      }
    });
  }
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}
