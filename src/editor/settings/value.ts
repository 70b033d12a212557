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

/** What a setting is set to by the workspace and by the user; undefined where it is not. */
export interface SetValues {
  readonly workspace: unknown;
  readonly user: unknown;
}

export interface Write {
  readonly target: 'workspace' | 'user';
  /** Undefined: what is set there is removed. */
  readonly value: unknown;
}

/**
 * Where a value goes so that it holds: where the setting is set already, otherwise to the user's settings. The default is
 * written out in a workspace where removing its value would put the user's in force.
 */
export function writeOf(setting: Setting<unknown>, value: unknown, set: SetValues): Write {
  if (setting.scope === 'machine' || set.workspace === undefined) return { target: 'user', value };
  const wouldLeaveUsers = value === undefined && set.user !== undefined;
  return { target: 'workspace', value: wouldLeaveUsers ? setting.default : value };
}
