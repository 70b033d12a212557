/** The middle value; the mean of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Distance between the quartiles; 0 for fewer than two values. */
export function quartileRange(values: readonly number[]): number {
  return values.length < 2 ? 0 : quantile(values, 0.75) - quantile(values, 0.25);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function mean(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += value;
    count += 1;
  }
  return sum / count;
}

/** Natural-log probability of `token` under one row of logits. */
export function logProbability(row: Float32Array, token: number): number {
  let highest = -Infinity;
  for (const value of row) if (value > highest) highest = value;
  let sum = 0;
  for (const value of row) sum += Math.exp(value - highest);
  return (row[token] ?? -Infinity) - highest - Math.log(sum);
}
