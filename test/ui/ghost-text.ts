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

/** What is suggested at the cursor, as text; empty while nothing is. */
export async function ghostTextIn(bench: Workbench): Promise<string> {
  return (await bench.ghostText.allTextContents()).join('').replaceAll('\u00a0', ' ');
}

/**
 * Asks by command until a suggestion stands at the cursor; the first one loads the model. A person presses the key again as well: the
 * editor drops an answer when the cursor, the document or the focus settled after the question.
 */
export async function suggestionIn(bench: Workbench): Promise<string> {
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    await bench.page.keyboard.press('Alt+Backslash');
    const shown = await bench.ghostText
      .first()
      .waitFor({ timeout: everyMs })
      .then(
        () => true,
        () => false,
      );
    if (shown) return await ghostTextIn(bench);
  }
  throw new Error(`No suggestion came within ${patienceMs / 1000} s`);
}
