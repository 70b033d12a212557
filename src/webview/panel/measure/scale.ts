/** Maps values of an axis to pixels. */
export interface Scale {
  readonly toPixel: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Round steps of 1, 2 or 5 times a power of ten, about `wanted` of them up to `high`. */
export function roundTicks(low: number, high: number, wanted: number): readonly number[] {
  const rough = (high - low) / Math.max(wanted, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(count, 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Straight from `low` at `start` to `high` at `end`, in pixels. */
export function linearScale(low: number, high: number, start: number, end: number, wanted: number): Scale {
  const span = high - low || 1;
  return {
    toPixel: (value) => start + ((value - low) / span) * (end - start),
    ticks: roundTicks(low, high, wanted),
  };
}

/** From zero, by the square root: small losses, which matter most, get the most room. */
export function rootScale(high: number, start: number, end: number): Scale {
  const top = high > 0 ? high : 1;
  const ticks = [0, 0.04, 0.16, 0.36, 0.64, 1].map((share) => Number((share * top).toPrecision(1)));
  return {
    toPixel: (value) => start + Math.sqrt(Math.max(value, 0) / top) * (end - start),
    ticks: [...new Set(ticks)].filter((tick) => tick <= top),
  };
}
