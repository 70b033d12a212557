import * as vscode from 'vscode';
import { prefix, type Setting } from '../../contract/settings/index.js';
import { reasonText } from '../engine/reason-text.js';
import { valueOrDefault, writeOf, type BadValue } from './value.js';

/** The settings that hold at one place (a document, a folder, or everywhere). */
export interface SettingsHere {
  /** The setting's value, or its default where the value is a bad one. */
  get<T>(setting: Setting<T>): T;
}

/** Reads settings, always checked; a bad value is answered once with a message. */
export class SettingsReader implements SettingsHere {
  private readonly reported = new Set<string>();

  public constructor(private readonly log: vscode.LogOutputChannel) {}

  public get<T>(setting: Setting<T>): T {
    return this.at(undefined).get(setting);
  }

  /** Settings as they hold for a document (language and folder) or a folder. */
  public at(scope: vscode.ConfigurationScope | undefined): SettingsHere {
    const configuration = vscode.workspace.getConfiguration(prefix, scope);
    return {
      get: (setting) =>
        valueOrDefault(setting, configuration.get<unknown>(setting.id), (bad) => this.refuse(bad)),
    };
  }

  /** Writes a setting where it is set already, otherwise for the user. Undefined is the default. */
  public async set<T>(setting: Setting<T>, value: T): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(prefix);
    const found = configuration.inspect(setting.id);
    const write = writeOf(setting, value, { workspace: found?.workspaceValue, user: found?.globalValue });
    const target = vscode.ConfigurationTarget[write.target === 'workspace' ? 'Workspace' : 'Global'];
    await configuration.update(setting.id, write.value, target);
  }

  /** Calls `listener` after one of these settings has changed anywhere. */
  public onChange(watched: readonly Setting<unknown>[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (watched.some((setting) => event.affectsConfiguration(`${prefix}.${setting.id}`))) listener();
    });
  }

  private refuse({ setting, raw, expected }: BadValue): void {
    const id = `${prefix}.${setting.id}`;
    const shown = JSON.stringify(raw) ?? String(raw);
    const key = `${id} ${shown}`;
    if (this.reported.has(key)) return;
    this.reported.add(key);
    const message = vscode.l10n.t(
      '{0} is {1}, but must be {2}. Using {3} instead.',
      id,
      shown.slice(0, 80),
      reasonText(expected),
      JSON.stringify(setting.default),
    );
    this.log.warn(message);
    const open = vscode.l10n.t('Open Settings');
    void vscode.window.showWarningMessage(message, open).then((choice) => {
      if (choice === open) void vscode.commands.executeCommand('workbench.action.openSettings', id);
    });
  }
}
