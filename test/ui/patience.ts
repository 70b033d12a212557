import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workbench } from '../../scripts/testing/ui/workbench.js';

const patienceMs = 20_000;
const everyMs = 250;

/** Repeats `check` until it no longer throws; rejects with its last error after 20 s. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(everyMs);
    }
  }
}

/** Selects from the cursor to the line's end. */
export const selectToLineEnd = (bench: Workbench): Promise<void> => selectBy(bench, 'Shift+End');

/** Selects the whole file. */
export const selectAll = (bench: Workbench): Promise<void> => selectBy(bench, 'Control+A');

/** An editor that has just been opened does not listen at once. */
async function selectBy(bench: Workbench, keys: string): Promise<void> {
  await eventually(async () => {
    await bench.page.keyboard.press(keys);
    await bench.page
      .locator('.statusbar')
      .getByText(/\(\d+ selected\)/u)
      .waitFor({ timeout: 1_000 });
  });
}

/** Until the text on show, which is drawn a little after a tab is there, matches. */
export async function showsText(bench: Workbench, pattern: RegExp): Promise<void> {
  await eventually(async () => assert.match(await bench.visibleText(), pattern));
}

/** Takes a row of the quick pick with this title; the row's first words, a check mark aside, are `label`. */
export async function pickRow(bench: Workbench, title: string, label: string): Promise<void> {
  const widget = bench.page.locator('.quick-input-widget', { hasText: title });
  await widget.waitFor();
  const row = widget.locator('.monaco-list-row').filter({
    has: bench.page.locator('.quick-input-list-row .label-name', {
      hasText: new RegExp(`^\\s*${label}$`, 'u'),
    }),
  });
  await row.click();
  await widget.waitFor({ state: 'hidden' });
}

/** Opens our walkthrough; what is typed before its list is there goes to the list of commands, and is typed again. */
export async function openWalkthrough(bench: Workbench): Promise<void> {
  const title = 'Get Started with Sparse Pilot';
  await bench.runCommand('Welcome: Open Walkthrough...');
  const input = bench.page.locator('.quick-input-widget input').first();
  await eventually(async () => {
    await input.fill(title);
    await bench.page
      .locator('.quick-input-list .monaco-list-row.focused', { hasText: title })
      .waitFor({ timeout: 2_000 });
  });
  await input.press('Enter');
}

/** Answers the save dialog that proposes a name; before it does, what is typed is overwritten. */
export async function saveAs(bench: Workbench, proposed: RegExp, file: string): Promise<void> {
  const widget = bench.page.locator('.quick-input-widget');
  const input = widget.locator('input').first();
  await eventually(async () => assert.match(await input.inputValue(), proposed));
  await input.fill(file);
  await input.press('Enter');
  await widget.waitFor({ state: 'hidden' });
}
