import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { Workbench } from '../../../scripts/testing/ui/workbench.js';
import type { Comparison } from '../../../src/contract/index.js';
import { eventually, pickRow, saveAs } from '../patience.js';

describe('trade-off panel in the workbench', function () {
  this.timeout(300_000);
  let workbench: Workbench;
  let panel: FrameLocator;

  before(async () => {
    workbench = await Workbench.start({
      name: 'panel',
      size: { width: 1400, height: 1000 },
      settings: { 'sparsePilot.completion.enabled': false },
    });
    await workbench.openFile('contract/quality.ts', 12, 1);
    await workbench.runCommand('Sparse Pilot: Open Speed and Quality Panel');
    panel = workbench.webview();
    await panel.locator('main').waitFor({ timeout: 60_000 });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.picture(`failed-${Date.now()}`);
  });
  after(async () => {
    await workbench.picture('last');
    await workbench.close();
  });

  const button = (text: string): Locator => panel.locator('vscode-button', { hasText: text });
  const section = (title: string): Locator =>
    panel.locator('section', { has: panel.locator('h2', { hasText: title }) });

  async function knob(label: string, option: string): Promise<void> {
    const control = panel.locator('.knob', { hasText: label }).locator('vscode-single-select');
    await control.click();
    await control.locator('li', { hasText: option }).first().click();
  }

  it('says that the model is not in memory, and loads it', async () => {
    await button('Load the Model').click({ timeout: 60_000 });
    await panel.locator('.model').waitFor({ timeout: 180_000 });
    assert.match(await panel.locator('.model').innerText(), /layers/);
    await workbench.picture('loaded');
  });

  it('writes its knobs to the settings, and follows them', async () => {
    await knob('Mode', 'Fast');
    await knob('Selector', 'CATS');
    await panel.locator('.meaning', { hasText: 'Skips neurons whose gate' }).waitFor();
    await workbench.runCommand('Sparse Pilot: Set Density');
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.fill('0.65');
    await input.press('Enter');
    await panel.locator('output', { hasText: '0.65' }).first().waitFor();
  });

  it('switches profiles without a reload', async () => {
    for (const profile of ['Battery', 'Standard']) {
      await button('Profile').click();
      await pickRow(workbench, 'Switch Settings Profile', profile);
      await button(`Profile: ${profile}`).waitFor();
    }
  });

  it('completes the place of the cursor in two settings, side by side', async () => {
    await section('Compare at the cursor').locator('vscode-button', { hasText: 'Compare' }).click();
    await panel.locator('.sides pre').nth(1).waitFor({ timeout: 180_000 });
    const text = await section('Compare at the cursor').innerText();
    assert.match(text, /quality\.ts, line 12\. Medians of 3 interleaved runs/);
    assert.match(text, /tokens\/s/);
    await workbench.picture('compared');
  });

  it('plots what was generated, once it is in sight', async () => {
    await panel.locator('.live').scrollIntoViewIfNeeded();
    await panel.locator('.live figcaption', { hasText: /\d tokens\/s/ }).waitFor();
    await panel.locator('.live figcaption', { hasText: /MiB, \d+ threads/ }).waitFor();
  });

  /** Saves an export of a section, and gives what is in the file once `holds` it. */
  async function exported(
    title: string,
    what: string,
    format: 'json' | 'csv',
    holds: RegExp,
  ): Promise<string> {
    const file = path.join(workbench.folder, `${what}.${format}`);
    const name = `Export ${format.toUpperCase()}`;
    await section(title).locator('vscode-button', { hasText: name }).click();
    await saveAs(workbench, new RegExp(`sparse-pilot-${what}\\.${format}$`, 'u'), file);
    await eventually(async () => assert.match(await readFile(file, 'utf8'), holds));
    await panel.locator('.said', { hasText: `Exported to ${what}.${format}` }).waitFor();
    return await readFile(file, 'utf8');
  }

  it('exports what was seen live', async () => {
    const { samples } = JSON.parse(await exported('Live', 'live', 'json', /\}\n$/u)) as {
      samples: readonly { readonly tokensPerSecond: number }[];
    };
    assert.ok(samples.length > 0);
    const table = await exported('Live', 'live', 'csv', /^time,tokensPerSecond,/u);
    const rows = table.trimEnd().split('\r\n').slice(1);
    assert.ok(rows.length >= samples.length);
    assert.deepEqual(
      rows.slice(0, samples.length).map((row) => Number(row.split(',')[1])),
      samples.map(({ tokensPerSecond }) => tokensPerSecond),
    );
  });

  it('holds the quality asked for from the next suggestion on, once that is switched on', async () => {
    await knob('Mode', 'Fast');
    await knob('Selector', 'CATS');
    await section('Quality first').locator('vscode-checkbox').click();
    await section('Quality first').getByText('It starts with the next answer.').waitFor();
    await workbench.openFile('contract/quality.ts', 12, 1);
    await workbench.runCommand('Sparse Pilot: Suggest Here');
    await section('Quality first')
      .getByText(/probes/u)
      .first()
      .waitFor({ timeout: 60_000 });
    await section('Quality first').locator('.facts').waitFor({ timeout: 60_000 });
    await workbench.picture('quality-first');
    await section('Quality first').locator('vscode-checkbox').click();
    await section('Quality first').locator('.facts').waitFor({ state: 'detached' });
  });

  it('measures in the background, shows how far it is, and can be cancelled', async () => {
    await button('Measure').first().click();
    await panel.locator('.task vscode-progress-bar').waitFor({ timeout: 60_000 });
    await panel.locator('.task', { hasText: 'density' }).waitFor({ timeout: 120_000 });
    await workbench.picture('measuring');
    await button('Cancel').click();
    await panel.locator('.task').waitFor({ state: 'detached', timeout: 60_000 });
    assert.equal(await panel.locator('.problem').count(), 0, 'a cancelled measurement is no failure');
  });

  it('keeps its place and what it knows when hidden and shown again', async () => {
    await workbench.runCommand('View: Toggle Panel Visibility');
    await workbench.runCommand('Sparse Pilot: Open Speed and Quality Panel');
    panel = workbench.webview();
    await panel.locator('.sides pre').nth(1).waitFor({ timeout: 60_000 });
  });

  it('exports the comparison', async () => {
    const title = 'Compare at the cursor';
    const table = await exported(title, 'comparison', 'csv', /^path,line,runs,mode,/u);
    const {
      path: file,
      line,
      left,
      right,
    } = JSON.parse(await exported(title, 'comparison', 'json', /\}\n$/u)) as Comparison;
    assert.deepEqual([file, line], ['contract/quality.ts', 12]);
    assert.notEqual(left.pieces.map(({ text }) => text).join(''), '');
    for (const { setting } of [left, right])
      assert.ok(table.includes(`,${setting.mode},${setting.selector},`));
  });
});
