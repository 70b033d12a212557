import { open } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelListing, ModelStatus } from '../../contract/models.js';
import { requests } from '../../contract/protocol.js';
import { settings } from '../../contract/settings/index.js';
import { EngineError } from '../../engine/client/index.js';
import type { Ctx } from '../ctx.js';
import { chosenModel } from './chosen.js';
import { download } from './download.js';
import { withLoadProgress } from './load-progress.js';
import { sizeText } from './size.js';

interface ModelItem extends vscode.QuickPickItem {
  readonly status?: ModelStatus;
}

function itemOf(status: ModelStatus, listing: ModelListing, inUse: string | undefined): ModelItem {
  const { model, path, partialBytes } = status;
  const here =
    path !== null
      ? vscode.l10n.t('on this machine')
      : partialBytes > 0
        ? vscode.l10n.t('{0} of {1} downloaded', sizeText(partialBytes), sizeText(model.size))
        : vscode.l10n.t('download of {0}', sizeText(model.size));
  const uses = model.uses.includes('completion')
    ? model.fim
      ? vscode.l10n.t('fills in the middle')
      : vscode.l10n.t('continues from the cursor')
    : vscode.l10n.t('chat only');
  const tooLarge = model.memory > totalmem();
  return {
    label: `${model.id === inUse ? '$(check) ' : ''}${model.name}`,
    description: [
      model.id === listing.recommended ? vscode.l10n.t('recommended for this machine') : '',
      tooLarge ? vscode.l10n.t('larger than the memory of this machine') : '',
      here,
    ]
      .filter((part) => part !== '')
      .join(' · '),
    detail: vscode.l10n.t(
      '{0} parameters, {1}, {2}, needs {3} of memory, licence {4}',
      model.parameters,
      model.quantisation,
      uses,
      sizeText(model.memory),
      model.licence,
    ),
    status,
  };
}

/** Lets the user pick a model of the catalogue, or a file; downloads it where needed and loads it. */
export async function chooseModel(ctx: Ctx): Promise<void> {
  const listing = await ctx.engine.client.request(requests.listModels, null);
  const inUse =
    ctx.settings.get(settings.models.file) === ''
      ? chosenModel(listing, ctx.settings.get(settings.models.model))?.model.id
      : undefined;
  const file: ModelItem = {
    label: `$(folder-opened) ${vscode.l10n.t('A GGUF file on this machine…')}`,
    detail: ctx.settings.get(settings.models.file) || vscode.l10n.t('Any model that llama.cpp can load'),
  };
  const picked = await vscode.window.showQuickPick<ModelItem>(
    [...listing.models.map((status) => itemOf(status, listing, inUse)), file],
    { title: vscode.l10n.t('Choose a Model'), matchOnDescription: true, matchOnDetail: true },
  );
  if (picked === undefined) return;
  if (picked.status === undefined) await chooseModelFile(ctx);
  else await useModel(ctx, picked.status);
}

async function useModel(ctx: Ctx, status: ModelStatus): Promise<void> {
  // a file that is not what the catalogue lists is fetched again
  const needed = status.path === null || ctx.engine.failure === 'model-hash-mismatch';
  if (needed && (await download(ctx, status.model)) === undefined) return;
  await switchTo(ctx, { model: status.model.id, file: '' });
}

/** What the settings say of the model. */
interface Choice {
  readonly model: string;
  readonly file: string;
}

const choiceOf = ({ settings: reader }: Ctx): Choice => ({
  model: reader.get(settings.models.model),
  file: reader.get(settings.models.file),
});

async function write(ctx: Ctx, { model, file }: Choice): Promise<void> {
  // while a file is set the model's name changes nothing: so one load follows, not two
  await ctx.settings.set(settings.models.model, model);
  await ctx.settings.set(settings.models.file, file);
}

/** Loads another model; when that is cancelled, the one before is chosen again. */
async function switchTo(ctx: Ctx, choice: Choice): Promise<void> {
  const before = choiceOf(ctx);
  await write(ctx, choice);
  try {
    await withLoadProgress(ctx, () => ctx.engine.readyAgain());
  } catch (error) {
    const { model, file } = choiceOf(ctx);
    const stillIt = model === choice.model && file === choice.file;
    if (error instanceof EngineError && error.code === 'cancelled' && stillIt) await write(ctx, before);
    throw error;
  }
}

/** Lets the user point at a GGUF file, checks its first bytes and loads it. */
export async function chooseModelFile(ctx: Ctx): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Choose a GGUF File'),
      filters: { GGUF: ['gguf'] },
      canSelectMany: false,
    })) ?? [];
  if (file === undefined) return;
  if (file.scheme !== 'file') {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The model must lie on the machine where the extension runs.'),
    );
    return;
  }
  if (!(await beginsAsGguf(file.fsPath))) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} is not a GGUF file; the model in use stays.', basename(file.fsPath)),
    );
    return;
  }
  await switchTo(ctx, { ...choiceOf(ctx), file: file.fsPath });
}

async function beginsAsGguf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'GGUF';
  } finally {
    await file.close();
  }
}

/** Downloads the model that the settings mean, unless it is here, and loads it: a file chosen instead no longer is. */
export async function downloadChosen(ctx: Ctx): Promise<void> {
  const listing = await ctx.engine.client.request(requests.listModels, null);
  const status = chosenModel(listing, ctx.settings.get(settings.models.model));
  if (status === undefined) return await chooseModel(ctx);
  await useModel(ctx, status);
}
