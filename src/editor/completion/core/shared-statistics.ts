import type { AcceptanceStatistics } from '../../../contract/statistics.js';
import { noStatistics, parseStatistics, withEvent, type StatisticsEvent } from './statistics.js';

/** Where statistics are kept, for all windows together. */
export interface StatisticsMemory {
  read(): unknown;
  write(statistics: AcceptanceStatistics): void;
}

/** Statistics that several windows count at once: what this one counted since its last write is added to what is there by then. */
export class SharedStatistics {
  private pending: { readonly languageId: string; readonly event: StatisticsEvent }[] = [];

  public constructor(
    private readonly memory: StatisticsMemory,
    private readonly now: () => number,
  ) {}

  public get current(): AcceptanceStatistics {
    return this.pending.reduce(
      (all, { languageId, event }) => withEvent(all, languageId, event),
      parseStatistics(this.memory.read(), this.now()),
    );
  }

  public count(languageId: string, event: StatisticsEvent): void {
    this.pending.push({ languageId, event });
  }

  public erase(): void {
    this.pending = [];
    this.memory.write(noStatistics(this.now()));
  }

  public write(): void {
    if (this.pending.length === 0) return;
    const { current } = this;
    this.pending = [];
    this.memory.write(current);
  }
}
