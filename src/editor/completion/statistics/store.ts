import * as vscode from 'vscode';
import type { AcceptanceStatistics } from '../../../contract/statistics.js';
import { noStatistics, parseStatistics, withEvent, type StatisticsEvent } from '../core/statistics.js';

const key = 'acceptanceStatistics';
const writeAfterMs = 5000;

/** The statistics of this machine, kept in the editor's global state. */
export class StatisticsStore implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<AcceptanceStatistics>();
  public readonly onChange = this.emitter.event;
  private current: AcceptanceStatistics;
  private timer: NodeJS.Timeout | undefined;

  public constructor(private readonly state: vscode.Memento) {
    this.current = parseStatistics(state.get(key), Date.now());
  }

  public get statistics(): AcceptanceStatistics {
    return this.current;
  }

  public count(languageId: string, event: StatisticsEvent): void {
    this.change(withEvent(this.current, languageId, event));
  }

  public erase(): void {
    this.change(noStatistics(Date.now()));
    this.write();
  }

  public dispose(): void {
    this.write();
    this.emitter.dispose();
  }

  private change(statistics: AcceptanceStatistics): void {
    this.current = statistics;
    this.emitter.fire(statistics);
    this.timer ??= setTimeout(() => this.write(), writeAfterMs);
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.state.update(key, this.current);
  }
}
