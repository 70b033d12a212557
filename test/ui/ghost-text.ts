import type { Locator } from 'playwright-core';
import type { Workbench } from '../../scripts/testing/ui/workbench.js';

/** Settings under which every question gets one short suggestion, in time on a busy machine too, and typing gets only itself. */
export const oneShortSuggestion = {
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.autoClosingBrackets': 'never',
  'sparsePilot.completion.minConfidence': 0,
  'sparsePilot.completion.alternatives': 1,
  'sparsePilot.completion.multiline': 'never',
  'sparsePilot.completion.maxTokens': 16,
} as const;

const everyMs = 15_000;
const patienceMs = 150_000;

/**
 * What is suggested at the cursor, as text; empty while nothing is.
 * @param ghostText where it stands; the active editor when absent
 */
export async function ghostTextIn(bench: Workbench, ghostText: Locator = bench.ghostText): Promise<string> {
  return (await ghostText.allTextContents()).join('').replaceAll('\u00a0', ' ');
}

/**
 * Asks by command until a suggestion stands at the cursor; the first one loads the model. A person presses the key again as well: the
 * editor drops an answer when the cursor, the document or the focus settled after the question.
 */
export async function suggestionIn(bench: Workbench, ghostText: Locator = bench.ghostText): Promise<string> {
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    await bench.page.keyboard.press('Alt+Backslash');
    const shown = await ghostText
      .first()
      .waitFor({ timeout: everyMs })
      .then(
        () => true,
        () => false,
      );
    if (shown) return await ghostTextIn(bench, ghostText);
  }
  throw new Error(`No suggestion came within ${patienceMs / 1000} s`);
}
