import { locale } from '../locale.js';

/** A day, e.g. "11/22/2026". @param time milliseconds since the epoch */
export const day = (time: number): string => new Date(time).toLocaleDateString(locale);

/** A day and the time of it. */
export const moment = (time: number): string => new Date(time).toLocaleString(locale);

/** Units of time with their length in minutes, shortest first. */
const units = [
  ['minute', 1],
  ['hour', 60],
  ['day', 60 * 24],
  ['month', 60 * 24 * 30.44],
  ['year', 60 * 24 * 365.25],
] as const;

/** How long ago something was, in its largest unit: "5 minutes ago". Both in milliseconds since the epoch. */
export function relativeTime(time: number, now: number): string {
  const minutes = (time - now) / 60_000;
  const [unit, length] = units.findLast(([, one]) => Math.abs(Math.round(minutes)) >= one) ?? units[0];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(minutes / length), unit);
}
