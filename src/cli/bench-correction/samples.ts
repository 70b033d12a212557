/** Source files of the benchmark's own, 60 to 100 lines each; no model has seen them. */
export interface Sample {
  readonly language: string;
  readonly text: string;
  /** The change the edit workload asks for, in words. */
  readonly change: string;
  readonly rename: { readonly from: string; readonly to: string };
}

const python = `"""Bookings of a small ferry: who sails when, and how full each crossing is."""
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Crossing:
    departs: datetime
    harbour: str
    seats: int = 48
    passengers: list = field(default_factory=list)

    def free_seats(self):
        return self.seats - len(self.passengers)

    def is_full(self):
        return self.free_seats() <= 0

    def board(self, name):
        if self.is_full():
            raise ValueError("no seat is left on this crossing")
        if name in self.passengers:
            raise ValueError(name + " is on board already")
        self.passengers.append(name)
        return self.free_seats()

    def leave(self, name):
        if name not in self.passengers:
            raise ValueError(name + " is not on board")
        self.passengers.remove(name)
        return self.free_seats()


class Timetable:
    def __init__(self, harbour, first, last, every_minutes):
        self.harbour = harbour
        self.first = first
        self.last = last
        self.every = timedelta(minutes=every_minutes)
        self.crossings = []

    def plan(self):
        time = self.first
        while time <= self.last:
            self.crossings.append(Crossing(time, self.harbour))
            time = time + self.every
        return len(self.crossings)

    def next_after(self, time):
        for crossing in self.crossings:
            if crossing.departs >= time and not crossing.is_full():
                return crossing
        return None

    def book(self, name, time):
        crossing = self.next_after(time)
        if crossing is None:
            raise ValueError("no crossing leaves after " + str(time))
        crossing.board(name)
        return crossing.departs

    def cancel(self, name):
        for crossing in self.crossings:
            if name in crossing.passengers:
                crossing.leave(name)
                return True
        return False

    def load(self):
        total = sum(crossing.seats for crossing in self.crossings)
        taken = sum(len(crossing.passengers) for crossing in self.crossings)
        return taken / total if total > 0 else 0.0
`;

const typescript = `export interface Reading {
  readonly station: string;
  readonly time: number;
  readonly celsius: number;
  readonly humidity: number;
}

export interface Summary {
  readonly station: string;
  readonly count: number;
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
}

export class WeatherLog {
  private readonly readings: Reading[] = [];

  constructor(private readonly limit: number) {
    if (limit <= 0) {
      throw new RangeError('the limit must be positive');
    }
  }

  add(reading: Reading): void {
    if (Number.isNaN(reading.celsius)) {
      throw new TypeError('a reading needs a temperature');
    }
    this.readings.push(reading);
    while (this.readings.length > this.limit) {
      this.readings.shift();
    }
  }

  stations(): string[] {
    const names = new Set<string>();
    for (const reading of this.readings) {
      names.add(reading.station);
    }
    return [...names].sort();
  }

  between(start: number, end: number): Reading[] {
    return this.readings.filter((reading) => reading.time >= start && reading.time < end);
  }

  summary(station: string): Summary | null {
    const own = this.readings.filter((reading) => reading.station === station);
    if (own.length === 0) {
      return null;
    }
    let sum = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    for (const reading of own) {
      sum += reading.celsius;
      lowest = Math.min(lowest, reading.celsius);
      highest = Math.max(highest, reading.celsius);
    }
    return { station, count: own.length, mean: sum / own.length, lowest, highest };
  }

  warmest(): Reading | null {
    let warmest: Reading | null = null;
    for (const reading of this.readings) {
      if (warmest === null || reading.celsius > warmest.celsius) {
        warmest = reading;
      }
    }
    return warmest;
  }
}
`;

export const samples: readonly Sample[] = [
  {
    language: 'python',
    text: python,
    change: 'the method board is called embark',
    rename: { from: 'board', to: 'embark' },
  },
  {
    language: 'typescript',
    text: typescript,
    change: 'the class WeatherLog is called ClimateLog',
    rename: { from: 'WeatherLog', to: 'ClimateLog' },
  },
];
