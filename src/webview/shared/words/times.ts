import { locale } from '../locale.js';

/** A day, e.g. "11/22/2026". @param time milliseconds since the epoch */
export const day = (time: number): string => new Date(time).toLocaleDateString(locale);

/** A day and the time of it. */
export const moment = (time: number): string => new Date(time).toLocaleString(locale);

/** How long ago something was, in the largest unit up to days: "5 minutes ago". */
export function relativeTime(time: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const minutes = Math.round((time - now) / 60_000);
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute');
  if (Math.abs(minutes) < 60 * 24) return format.format(Math.round(minutes / 60), 'hour');
  return format.format(Math.round(minutes / 60 / 24), 'day');
}
