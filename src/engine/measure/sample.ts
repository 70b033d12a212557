/**
 * The text that quality is measured on when a request brings none: code in several languages, written for this purpose, so that no
 * model has seen it and no calibration has used it.
 */
export const sampleText = `export interface Reading {
  readonly station: string;
  readonly celsius: number;
  readonly takenAt: Date;
}

/** Mean temperature of each station, warmest first; stations without readings are left out. */
export function warmestStations(readings: readonly Reading[]): [string, number][] {
  const sums = new Map<string, { total: number; count: number }>();
  for (const { station, celsius } of readings) {
    const entry = sums.get(station) ?? { total: 0, count: 0 };
    entry.total += celsius;
    entry.count += 1;
    sums.set(station, entry);
  }
  return [...sums]
    .map(([station, { total, count }]): [string, number] => [station, total / count])
    .sort((left, right) => right[1] - left[1]);
}

def merge_intervals(intervals):
    """Join overlapping (start, end) pairs; the result is sorted and disjoint."""
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


class Ledger:
    def __init__(self, opening_balance=0):
        self.balance = opening_balance
        self.entries = []

    def post(self, amount, memo):
        if self.balance + amount < 0:
            raise ValueError(f"{memo}: would overdraw by {-(self.balance + amount)}")
        self.entries.append((amount, memo))
        self.balance += amount

    def undo(self):
        amount, memo = self.entries.pop()
        self.balance -= amount
        return memo

static size_t trim_right(char *line, size_t length) {
    while (length > 0 && isspace((unsigned char) line[length - 1])) {
        length--;
    }
    line[length] = '\\0';
    return length;
}

func (q *Queue[T]) Pop() (T, bool) {
	var zero T
	if len(q.items) == 0 {
		return zero, false
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, true
}
`;
