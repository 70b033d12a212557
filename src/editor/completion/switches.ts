import * as vscode from 'vscode';
import type { CompletionOutcome } from '../../contract/outcomes.js';
import { settings } from '../../contract/settings/index.js';
import type { SettingsReader } from '../settings/reader.js';
import { PowerWatch } from './battery.js';
import type { CompletionSwitch } from '../status/item.js';
import type { StatusInput } from '../status/view.js';

const own = settings.completion;

/** Whether suggestions come while typing: the settings, and the snooze, which ends by itself. */
export class Switches implements CompletionSwitch, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  public readonly onChange = this.emitter.event;
  private readonly watching: vscode.Disposable;
  private readonly power = new PowerWatch();
  private snooze: NodeJS.Timeout | undefined;

  public constructor(private readonly settings: SettingsReader) {
    this.watching = settings.onChange([own.enabled, own.disabledLanguages, own.onBattery], () =>
      this.emitter.fire(),
    );
  }

  /** As it holds in the active editor. */
  public get state(): StatusInput['completion'] {
    const outcome = this.refusal(vscode.window.activeTextEditor?.document);
    if (outcome === undefined) return 'on';
    return outcome === 'snoozed' ? 'snoozed' : 'off';
  }

  /** The outcome of an automatic request in this document where suggestions are switched off. */
  public refusal(document: vscode.TextDocument | undefined): CompletionOutcome | undefined {
    const here = this.settings.at(document);
    if (!here.get(own.enabled)) return 'disabled';
    if (document !== undefined && here.get(own.disabledLanguages).includes(document.languageId))
      return 'disabled';
    if (here.get(own.onBattery) === 'on-command' && this.power.power === 'battery') return 'on-battery';
    return this.snooze === undefined ? undefined : 'snoozed';
  }

  public snoozeFor(minutes: number): void {
    clearTimeout(this.snooze);
    this.snooze = setTimeout(() => this.wakeUp(), minutes * 60_000);
    this.emitter.fire();
  }

  public wakeUp(): void {
    clearTimeout(this.snooze);
    this.snooze = undefined;
    this.emitter.fire();
  }

  public dispose(): void {
    clearTimeout(this.snooze);
    this.watching.dispose();
    this.emitter.dispose();
  }
}
