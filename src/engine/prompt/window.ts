/** Characters kept for every token of a budget, before tokenising: a bound on work, generous for any code. */
export const charactersPerToken = 12;

/**
 * The end of a text, cut so that the cut stays where it is while text is appended: at multiples of half of the limit.
 * A surrogate pair is never split.
 */
export function stableTail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const step = Math.max(1, Math.floor(limit / 2));
  const cut = Math.ceil((text.length - limit) / step) * step;
  return text.slice(isLowSurrogate(text, cut) ? cut + 1 : cut);
}

/** The beginning of a text, at most `limit` characters, never half of a surrogate pair. */
export function head(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, isLowSurrogate(text, limit) ? limit - 1 : limit);
}

/** The same for token arrays: at most `limit` tokens from the end, cut at a stable place. */
export function stableTokenTail(ids: readonly number[], limit: number): readonly number[] {
  if (ids.length <= limit) return ids;
  const step = Math.max(1, Math.floor(limit / 2));
  return ids.slice(Math.ceil((ids.length - limit) / step) * step);
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
