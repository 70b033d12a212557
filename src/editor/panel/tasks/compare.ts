import * as vscode from 'vscode';
import { requests, type CompareSetting } from '../../../contract/index.js';
import type { Ctx } from '../../ctx.js';
import { relativePath } from '../../completion/document.js';
import { correctionRequest } from '../../settings/requests.js';
import { compare as run, type CompareEngine, type ComparePlace } from '../compare/compare.js';
import type { Desk } from '../desk.js';

/** Characters of the file before and after the cursor that are sent to the engine, which cuts them to its token budget. */
const before = 12_000;
const after = 3000;

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
    const { selectors } = await ctx.engine.ready();
    const correction = correctionRequest(ctx.settings.at(editor.document));
    const order = { place: placeOf(editor), left, right, correction, selectors };
    const comparison = await run(engineOf(ctx), order, signal, (done, total) =>
      onProgress(done, total, vscode.l10n.t('Round {0} of {1}', done, total)),
    );
    await desk.keep({ comparison });
  });
}

function placeOf({ document, selection }: vscode.TextEditor): ComparePlace {
  const cursor = selection.active;
  const offset = document.offsetAt(cursor);
  const text = (from: vscode.Position, to: vscode.Position) =>
    document.getText(new vscode.Range(from, to)).replaceAll('\r\n', '\n');
  return {
    path: relativePath(document.uri),
    languageId: document.languageId,
    prefix: text(document.positionAt(Math.max(offset - before, 0)), cursor),
    suffix: text(cursor, document.positionAt(offset + after)),
    line: cursor.line + 1,
  };
}

const engineOf = ({ engine }: Ctx): CompareEngine => ({
  complete: (request, signal) => engine.client.request(requests.complete, request, signal),
  detokenize: async (ids, signal) => (await engine.client.request(requests.detokenize, { ids }, signal)).text,
});
