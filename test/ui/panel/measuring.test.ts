import assert from 'node:assert/strict';
import { mkdtemp, readFile, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { Workbench } from '../../../scripts/testing/ui/workbench.js';
import { catalogue, defaultModelId, type AcceptanceStatistics } from '../../../src/contract/index.js';
import { modelFolder } from '../../../src/engine/models/folder.js';
import { eventually, openWalkthrough, saveAs } from '../patience.js';
import { oneShortSuggestion, suggestionIn } from '../ghost-text.js';

/** A model folder of its own with the default model in it: calibration writes what it learnt beside the models. */
async function ownModelFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sparse-pilot-models-'));
  const fileName = catalogue.find(({ id }) => id === defaultModelId)?.fileName ?? '';
  await symlink(path.join(modelFolder(process.env), fileName), path.join(folder, fileName));
  return folder;
}

/** The long jobs of the panel from end to end, with as few tokens as they take. */
describe('measuring, calibrating and counting in the panel', function () {
  this.timeout(600_000);
  let bench: Workbench;
  let panel: FrameLocator;

  before(async () => {
    bench = await Workbench.start({
      name: 'measuring',
      size: { width: 1400, height: 1000 },
      machineSettings: { 'sparsePilot.models.folder': await ownModelFolder() },
      settings: {
        ...oneShortSuggestion,
        'sparsePilot.mode': 'dense',
        'sparsePilot.quality.sweepTokens': 16,
        'sparsePilot.quality.calibrationTokens': 512,
        'sparsePilot.completion.prepareNext': false,
      },
    });
    await bench.openFile('contract/quality.ts');
    await bench.page.keyboard.press('Control+End');
    await bench.page.keyboard.type('\nexport const sum = (a: number, b: number): number => a');
  });
  after(async () => {
    await bench.picture('last');
    await bench.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await bench.picture(`failed-${Date.now()}`);
  });

  const section = (title: string): Locator =>
    panel.locator('section', { has: panel.locator('h2', { hasText: title }) });
  const button = (title: string, text: string): Locator =>
    section(title).locator('vscode-button', { hasText: text });

  async function openPanel(): Promise<void> {
    await bench.runCommand('Sparse Pilot: Open Speed and Quality Panel');
    panel = bench.webview();
    await panel.locator('main').waitFor({ timeout: 60_000 });
  }

  async function exportAs(title: string, what: string, format: 'json' | 'csv'): Promise<string> {
    const file = path.join(bench.folder, `${what}.${format}`);
    await button(title, `Export ${format.toUpperCase()}`).click();
    await saveAs(bench, new RegExp(`sparse-pilot-${what}\\.${format}$`, 'u'), file);
    let text = '';
    await eventually(async () => {
      text = await readFile(file, 'utf8');
      assert.notEqual(text, '');
    });
    return text;
  }
  const exported = async <T>(title: string, what: string) =>
    JSON.parse(await exportAs(title, what, 'json')) as T;
  const exportedRows = async (title: string, what: string) =>
    (await exportAs(title, what, 'csv')).trimEnd().split('\r\n');

  it('counts what was shown and taken', async () => {
    await suggestionIn(bench);
    await bench.page.keyboard.press('Tab');
    await openPanel();
    const counts = section('Suggestions taken').locator('tr', { hasText: 'typescript' });
    await counts.waitFor({ timeout: 60_000 });
    await eventually(async () => {
      const cells = await counts.locator('td').allInnerTexts();
      assert.match(cells[0] ?? '', /^[1-9]\d*$/u, 'shown');
      assert.match(cells[1] ?? '', /^[1-9]\d* \(\d+%\)$/u, 'taken');
      assert.match(cells[3] ?? '', /^[1-9]\d*$/u, 'characters');
    });
    await section('Suggestions taken').scrollIntoViewIfNeeded();
    await bench.picture('acceptance');
  });

  it('exports the counts as they are shown, from the panel and by command, and erases them', async () => {
    const cells = await section('Suggestions taken')
      .locator('tr', { hasText: 'typescript' })
      .locator('td')
      .allInnerTexts();
    const { byLanguage } = await exported<AcceptanceStatistics>('Suggestions taken', 'acceptance');
    const counts = byLanguage['typescript'] ?? assert.fail('no counts');
    assert.ok(counts.shown >= counts.accepted && counts.accepted >= 1, JSON.stringify(counts));
    assert.equal(cells[0], String(counts.shown));
    const [header = '', row = ''] = await exportedRows('Suggestions taken', 'acceptance');
    assert.equal(header, 'since,language,shown,accepted,partlyAccepted,characters,judged,keptShare');
    const { shown, accepted, partlyAccepted, characters, judged } = counts;
    assert.deepEqual(
      row.split(',').slice(1, -1),
      ['typescript', shown, accepted, partlyAccepted, characters, judged].map(String),
    );
    await bench.runCommand('Sparse Pilot: Export Acceptance Statistics');
    await bench.page.locator('.tab.active', { hasText: /Untitled-\d/u }).waitFor();
    await eventually(async () => assert.match(await bench.visibleText(), /"byLanguage"[\s\S]*"typescript"/u));
    await button('Suggestions taken', 'Erase').click();
    await section('Suggestions taken').getByText('No suggestion was shown yet.').waitFor();
  });

  it('measures every selector at every density, and draws the points', async () => {
    await button('Measured on this machine', 'Measure').click();
    await section('Measured on this machine').locator('.task').waitFor();
    await section('Measured on this machine').locator('.scatter').waitFor({ timeout: 500_000 });
    const points = section('Measured on this machine').locator('.scatter [role=button]');
    assert.ok((await points.count()) >= 9, `${await points.count()} points`);
    await section('Measured on this machine').scrollIntoViewIfNeeded();
    await bench.picture('measured');
  });

  it('exports every measured point, as a table and with all that is known of it', async () => {
    const shown = await section('Measured on this machine').locator('.scatter [role=button]').count();
    const { points, denseTokensPerSecond } = await exported<{
      readonly points: readonly { readonly selector: string; readonly kl: number }[];
      readonly denseTokensPerSecond: number;
    }>('Measured on this machine', 'measurement');
    assert.ok(denseTokensPerSecond > 0 && points.length >= shown, `${points.length} points, ${shown} drawn`);
    assert.ok(points.every(({ selector, kl }) => selector !== '' && Number.isFinite(kl)));
    const [header = '', dense = '', ...rows] = await exportedRows('Measured on this machine', 'measurement');
    assert.match(header, /^model,machine,time,threads,selector,form,density,tokensPerSecond,/u);
    assert.match(dense, /,none,token,1,/u);
    assert.deepEqual(
      rows.map((row) => row.split(',')[4]),
      points.map(({ selector }) => selector),
    );
  });

  it('uses a point that is clicked, or says why none can be used', async () => {
    const points = section('Measured on this machine').locator('.scatter [role=button]');
    const usable = section('Measured on this machine').locator('.scatter [role=button][aria-disabled=false]');
    const settings = async () =>
      JSON.parse(await readFile(bench.userSettingsFile, 'utf8')) as Readonly<Record<string, unknown>>;
    if ((await usable.count()) === 0) {
      // On a small model on a busy machine nothing may gain; then every point tells so and a click changes nothing.
      assert.match((await points.first().getAttribute('aria-label')) ?? '', /Off on this machine: /u);
      await points.first().click({ force: true });
      await bench.page.waitForTimeout(1000);
      assert.equal((await settings())['sparsePilot.mode'], 'dense');
      return;
    }
    const name = (await usable.first().getAttribute('aria-label')) ?? '';
    const density = Number(/at density ([\d.]+):/u.exec(name)?.[1]);
    await usable.first().click({ force: true });
    await eventually(async () => {
      const written = await settings();
      assert.equal(written['sparsePilot.mode'], 'fast');
      assert.equal(written['sparsePilot.sparsity.density'], density);
      assert.equal(typeof written['sparsePilot.sparsity.selector'], 'string');
    });
    await panel
      .locator('output', { hasText: density.toFixed(2) })
      .first()
      .waitFor();
    await bench.picture('used');
  });

  it('calibrates on a folder and shows the loss before and after', async () => {
    await button('Calibrate on my code', 'Choose Folder').click();
    const input = bench.page.locator('.quick-input-widget input').first();
    await eventually(async () => assert.notEqual(await input.inputValue(), ''));
    await input.fill(`${bench.folder}/contract/`);
    // The dialog is in the folder once it lists what is inside; before that its button only goes there.
    const dialog = bench.page.locator('.quick-input-widget');
    await dialog.locator('.monaco-list-row', { hasText: 'contributions' }).waitFor();
    await dialog.getByText('Use This Folder').click();
    await dialog.waitFor({ state: 'hidden' });
    await section('Calibrate on my code')
      .getByText(/\d+ files, .* tokens of them are read/u)
      .waitFor({
        timeout: 60_000,
      });
    await section('Calibrate on my code').scrollIntoViewIfNeeded();
    await bench.picture('plan');
    await button('Calibrate on my code', 'Calibrate').click();
    await button('Calibrate on my code', 'Export CSV').waitFor({ timeout: 400_000 });
    assert.equal(await section('Calibrate on my code').locator('.problem').count(), 0);
    assert.match(
      await section('Calibrate on my code').innerText(),
      /contract: [\d,]+ tokens from \d+ files?/u,
    );
    await section('Calibrate on my code').locator('svg').first().scrollIntoViewIfNeeded();
    await bench.picture('calibrated');
  });

  it('exports the curves before and after', async () => {
    interface Point {
      readonly density: number;
      readonly kl: number;
    }
    const { before, after, tokens } = await exported<{
      readonly before: readonly Point[];
      readonly after: readonly Point[];
      readonly tokens: number;
    }>('Calibrate on my code', 'calibration');
    assert.ok(tokens > 0 && before.length > 0 && after.length > 0);
    const [header = '', ...rows] = await exportedRows('Calibrate on my code', 'calibration');
    assert.equal(header, 'density,klBefore,klAfter');
    assert.deepEqual(
      rows.map((row) => row.split(',').map(Number)),
      [...before]
        .sort((left, right) => left.density - right.density)
        .map(({ density, kl }) => [density, kl, after.find((point) => point.density === density)?.kl]),
    );
  });

  it('ticks off the walkthrough’s step about measuring', async () => {
    await openWalkthrough(bench);
    const step = bench.page.locator('[data-done-step-id$="#firstSteps#measure"]').first();
    await eventually(async () => assert.equal(await step.getAttribute('aria-checked'), 'true'));
  });
});
