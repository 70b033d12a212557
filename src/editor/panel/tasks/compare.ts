import * as vscode from 'vscode';
import { requests, type CompareSetting } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { compare as run, type CompareEngine } from '../compare/compare.js';
import type { Desk } from '../desk.js';

/** Completes the place of the cursor in two settings and shows both. */
export async function compareAtCursor(
  ctx: Ctx,
  desk: Desk,
  left: CompareSetting,
  right: CompareSetting,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  await desk.tasks.run('compare', async (signal, onProgress) => {
    if (editor === undefined)
      throw new Error(
        vscode.l10n.t('No editor is open. Open a file and put the cursor where a completion is wanted.'),
      );
    const { selectors } = await ctx.engine.readyAgain();
    const { active } = editor.selection;
    const request = await desk.requestAt(editor.document, active, signal);
    const order = { request, line: active.line + 1, left, right, selectors };
    const comparison = await run(engineOf(ctx), order, signal, (done, total) =>
      onProgress(done, total, vscode.l10n.t('Round {0} of {1}', done, total)),
    );
    await desk.keep({ comparison });
  });
}

const engineOf = ({ engine }: Ctx): CompareEngine => ({
  complete: (request, signal) => engine.client.request(requests.complete, request, signal),
  detokenize: async (ids, signal) => (await engine.client.request(requests.detokenize, { ids }, signal)).text,
});
