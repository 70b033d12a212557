import { t } from '../l10n.js';
import { locale } from '../locale.js';

const fixed = (digits: number) =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const upTo = (digits: number) => new Intl.NumberFormat(locale, { maximumSignificantDigits: digits });
const oneDigit = fixed(1);
const twoDigits = fixed(2);
const whole = fixed(0);
const significant = upTo(2);
const fourDigits = upTo(4);

/** Tokens a second without their unit, under a heading that names it. */
export const rate = (tokensPerSecond: number) => oneDigit.format(tokensPerSecond);
export const speed = (tokensPerSecond: number) => t('{0} tokens/s', rate(tokensPerSecond));
export const ratio = (value: number) => `${twoDigits.format(value)}×`;
export const percent = (share: number) => `${whole.format(share * 100)}%`;
export const smallPercent = (share: number) => `${significant.format(share * 100)}%`;
export const density = (value: number) => twoDigits.format(value);
export const nats = (kl: number) => t('{0} nats', significant.format(kl));
export const count = (value: number) => whole.format(value);
export const tick = (value: number) => fourDigits.format(value);
export const plain = (value: number) => significant.format(value);

/** Milliseconds, or seconds from ten of them. */
export function duration(ms: number): string {
  return ms < 10_000 ? t('{0} ms', whole.format(ms)) : t('{0} s', whole.format(ms / 1000));
}

/** About how long something will take. */
export function estimate(seconds: number): string {
  return seconds < 90 ? t('{0} s', whole.format(seconds)) : t('{0} min', whole.format(seconds / 60));
}

export function bytes(value: number): string {
  if (value >= 2 ** 30) return `${oneDigit.format(value / 2 ** 30)} GiB`;
  if (value >= 2 ** 20) return `${whole.format(value / 2 ** 20)} MiB`;
  return `${whole.format(value / 2 ** 10)} KiB`;
}
