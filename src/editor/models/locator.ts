import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelListing } from '../../contract/models.js';
import { settings } from '../../contract/settings/index.js';
import type { SettingsReader } from '../settings/reader.js';
import { expandHome } from '../../engine/client/index.js';
import { chosenModel } from './chosen.js';
import type { ModelPlace } from './place.js';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Finds the model that `models.file` or `models.model` names. */
export class SettingsModelLocator {
  public constructor(
    private readonly settings: SettingsReader,
    private readonly list: () => Promise<ModelListing>,
  ) {}

  public async locate(): Promise<ModelPlace> {
    const path = expandHome(this.settings.get(settings.models.file));
    if (path !== '') return await this.file(path);
    const id = this.settings.get(settings.models.model);
    const status = chosenModel(await this.list(), id);
    if (status === undefined)
      return { kind: 'unknown', reason: vscode.l10n.t('The catalogue has no model named {0}.', id) };
    const { id: found, sha256 } = status.model;
    if (status.path !== null)
      return {
        kind: 'present',
        id: found,
        path: status.path,
        ...(sha256 !== null && { expectedSha256: sha256 }),
      };
    const reason = vscode.l10n.t('{0} has not been downloaded yet.', status.model.name);
    return { kind: 'not-downloaded', model: status.model, reason };
  }

  private async file(path: string): Promise<ModelPlace> {
    if (await exists(path)) return { kind: 'present', id: basename(path), path };
    return { kind: 'missing-file', path, reason: vscode.l10n.t('The model file {0} does not exist.', path) };
  }
}
