import type { AcceptanceCounts, AcceptanceStatistics } from '../../../contract/statistics.js';
import { isBlank } from './text.js';

const zero: AcceptanceCounts = {
  shown: 0,
  accepted: 0,
  partlyAccepted: 0,
  characters: 0,
  judged: 0,
  keptSum: 0,
};

/** Something that happened to a suggestion. */
export type StatisticsEvent =
  | { readonly kind: 'shown' }
  | { readonly kind: 'accepted'; readonly characters: number }
  | { readonly kind: 'partly-accepted'; readonly characters: number }
  /** `share` of the accepted lines still there, 0..1. */
  | { readonly kind: 'judged'; readonly share: number };

function counted(counts: AcceptanceCounts, event: StatisticsEvent): AcceptanceCounts {
  switch (event.kind) {
    case 'shown':
      return { ...counts, shown: counts.shown + 1 };
    case 'accepted':
      return {
        ...counts,
        accepted: counts.accepted + 1,
        characters: counts.characters + event.characters,
      };
    case 'partly-accepted':
      return {
        ...counts,
        partlyAccepted: counts.partlyAccepted + 1,
        characters: counts.characters + event.characters,
      };
    case 'judged':
      return { ...counts, judged: counts.judged + 1, keptSum: counts.keptSum + event.share };
  }
}

/** Nothing counted yet. */
export const noStatistics = (since: number): AcceptanceStatistics => ({ since, byLanguage: {} });

/** The statistics with one event more. */
export function withEvent(
  statistics: AcceptanceStatistics,
  languageId: string,
  event: StatisticsEvent,
): AcceptanceStatistics {
  const counts = counted(statistics.byLanguage[languageId] ?? zero, event);
  return { ...statistics, byLanguage: { ...statistics.byLanguage, [languageId]: counts } };
}

/** Share of the lines of an accepted text that a document still holds, blanks at the ends aside. */
export function keptShare(accepted: string, document: string): number {
  const lines = accepted.split('\n').filter((line) => !isBlank(line));
  if (lines.length === 0) return 0;
  const present = new Set(document.split('\n').map((line) => line.trim()));
  const first = lines[0]?.trim() ?? '';
  const kept = lines.filter(
    (line, index) => present.has(line.trim()) || (index === 0 && document.includes(first)),
  );
  return kept.length / lines.length;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;

function isCounts(value: unknown): value is AcceptanceCounts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(zero).every((key) => isCount(Object.entries(value).find(([name]) => name === key)?.[1]))
  );
}

/** Statistics from storage; anything that is none counts as nothing. */
export function parseStatistics(raw: unknown, now: number): AcceptanceStatistics {
  if (typeof raw !== 'object' || raw === null || !('since' in raw) || !('byLanguage' in raw))
    return noStatistics(now);
  const { since, byLanguage } = raw;
  if (!isCount(since) || typeof byLanguage !== 'object' || byLanguage === null) return noStatistics(now);
  const good = Object.entries(byLanguage).filter((entry): entry is [string, AcceptanceCounts] =>
    isCounts(entry[1]),
  );
  return { since, byLanguage: Object.fromEntries(good) };
}
