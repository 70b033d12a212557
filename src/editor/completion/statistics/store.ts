import * as vscode from 'vscode';
import type { AcceptanceStatistics } from '../../../contract/statistics.js';
import { SharedStatistics } from '../core/shared-statistics.js';
import type { StatisticsEvent } from '../core/statistics.js';

const key = 'acceptanceStatistics';
const writeAfterMs = 5000;

/** The statistics of this machine, kept in the editor's global state. */
export class StatisticsStore implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<AcceptanceStatistics>();
  public readonly onChange = this.emitter.event;
  private readonly shared: SharedStatistics;
  private timer: NodeJS.Timeout | undefined;

  public constructor(state: vscode.Memento) {
    const memory = {
      read: () => state.get(key),
      write: (statistics: AcceptanceStatistics) => void state.update(key, statistics),
    };
    this.shared = new SharedStatistics(memory, () => Date.now());
  }

  public get statistics(): AcceptanceStatistics {
    return this.shared.current;
  }

  public count(languageId: string, event: StatisticsEvent): void {
    this.shared.count(languageId, event);
    this.emitter.fire(this.statistics);
    this.timer ??= setTimeout(() => this.write(), writeAfterMs);
  }

  public erase(): void {
    this.shared.erase();
    this.emitter.fire(this.statistics);
  }

  public dispose(): void {
    this.write();
    this.emitter.dispose();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shared.write();
  }
}
