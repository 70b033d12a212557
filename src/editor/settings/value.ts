import type { Setting } from '../../contract/settings/index.js';

/** A value of a setting that was refused; the default stands in for it. */
export interface BadValue {
  readonly setting: Setting<unknown>;
  readonly raw: unknown;
  readonly expected: string;
}

/** The value if it is a good one; otherwise the default, after `refuse` was told. An unset value is the default. */
export function valueOrDefault<T>(setting: Setting<T>, raw: unknown, refuse: (bad: BadValue) => void): T {
  if (raw === undefined) return setting.default;
  const parsed = setting.parse(raw);
  if (parsed.ok) return parsed.value;
  refuse({ setting, raw, expected: parsed.expected });
  return setting.default;
}
