/**
 * The text that quality is measured on when a request brings none: code in several languages, written for this purpose, so that no
 * model has seen it; calibration leaves out files that hold it.
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

pub fn wrap_words(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

const seatsByRow = (plan) => {
  const rows = {};
  for (const seat of plan.seats) {
    if (seat.blocked) continue;
    (rows[seat.row] ??= []).push(seat.number);
  }
  for (const numbers of Object.values(rows)) {
    numbers.sort((a, b) => a - b);
  }
  return rows;
};

export async function bookAdjacent(plan, count, customer) {
  for (const [row, numbers] of Object.entries(seatsByRow(plan))) {
    for (let first = 0; first + count <= numbers.length; first++) {
      const run = numbers.slice(first, first + count);
      if (run[run.length - 1] - run[0] !== count - 1) continue;
      const booked = await plan.reserve(row, run, customer.id);
      if (booked) return { row, seats: run };
    }
  }
  throw new Error('no ' + count + ' seats side by side are left');
}

public final class SlidingWindowLimiter {
    private final int limit;
    private final long windowMillis;
    private final Deque<Long> accepted = new ArrayDeque<>();

    public SlidingWindowLimiter(int limit, long windowMillis) {
        this.limit = limit;
        this.windowMillis = windowMillis;
    }

    public synchronized boolean tryAccept(long nowMillis) {
        while (!accepted.isEmpty() && nowMillis - accepted.peekFirst() >= windowMillis) {
            accepted.removeFirst();
        }
        if (accepted.size() >= limit) {
            return false;
        }
        accepted.addLast(nowMillis);
        return true;
    }
}

def parse_duration(text):
    """'1h30m' -> 5400. Units are h, m and s; each may appear once, in this order."""
    units = {"h": 3600, "m": 60, "s": 1}
    total, number, last = 0, "", float("inf")
    for character in text.strip():
        if character.isdigit():
            number += character
            continue
        factor = units.get(character)
        if factor is None or not number or factor >= last:
            raise ValueError(f"not a duration: {text!r}")
        total += int(number) * factor
        number, last = "", factor
    if number:
        raise ValueError(f"{text!r} ends without a unit")
    return total


def longest_streak(days):
    """Length of the longest run of consecutive dates, and the date it starts on."""
    remaining = set(days)
    best = (0, None)
    for day in sorted(remaining):
        if day - timedelta(days=1) in remaining:
            continue
        length = 1
        while day + timedelta(days=length) in remaining:
            length += 1
        best = max(best, (length, day), key=lambda pair: pair[0])
    return best

template <typename Key, typename Value>
class ExpiringMap {
public:
    explicit ExpiringMap(std::chrono::seconds lifetime) : lifetime_(lifetime) {}

    void put(const Key &key, Value value) {
        entries_[key] = Entry{std::move(value), Clock::now() + lifetime_};
    }

    std::optional<Value> get(const Key &key) {
        auto found = entries_.find(key);
        if (found == entries_.end()) {
            return std::nullopt;
        }
        if (found->second.expires < Clock::now()) {
            entries_.erase(found);
            return std::nullopt;
        }
        return found->second.value;
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        Value value;
        Clock::time_point expires;
    };
    std::chrono::seconds lifetime_;
    std::unordered_map<Key, Entry> entries_;
};

SELECT customer.name, COUNT(*) AS orders, SUM(line.quantity * line.price) AS spent
FROM customer
JOIN orders ON orders.customer_id = customer.id
JOIN line ON line.order_id = orders.id
WHERE orders.placed_at >= DATE('now', '-90 days')
GROUP BY customer.id
HAVING spent > 100
ORDER BY spent DESC
LIMIT 20;

export class Debouncer<T> {
  #timer: NodeJS.Timeout | undefined;
  #pending: T | undefined;

  constructor(
    private readonly delayMs: number,
    private readonly deliver: (value: T) => void,
  ) {}

  push(value: T): void {
    this.#pending = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), this.delayMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    const value = this.#pending;
    this.#pending = undefined;
    this.deliver(value);
  }
}
`;

/** Whether a file holds the sample, so that nothing must be learnt from it. */
export const holdsSample = (text: string): boolean => text.includes(sampleText.slice(0, 120));
