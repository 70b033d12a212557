import { settings, type NamedProfiles, type ProfileValues, type Setting } from '../../contract/index.js';
import { tunables } from './tunables.js';

const { mode, quality, completion } = settings;

/** A settings profile. Values that are not named are the settings' defaults. */
export interface Profile {
  /** Key of a built-in one, or the user's name for it. */
  readonly name: string;
  readonly builtIn: boolean;
  readonly values: ProfileValues;
}

const builtIn = (name: string, values: ProfileValues): Profile => ({ name, builtIn: true, values });

/** The profiles that come with the extension. */
export const builtInProfiles: readonly Profile[] = [
  builtIn('standard', {}),
  builtIn('quality', {
    [completion.eagerness.id]: 'relaxed',
    [completion.maxLines.id]: 20,
    [completion.contextTokens.id]: 768,
  }),
  builtIn('speed', { [mode.id]: 'fast', [quality.hold.id]: true, [completion.eagerness.id]: 'eager' }),
  builtIn('battery', {
    [mode.id]: 'balanced',
    [completion.eagerness.id]: 'calm',
    [completion.multiline.id]: 'never',
    [completion.maxTokens.id]: 48,
    [completion.contextTokens.id]: 128,
  }),
];

/** Built-in profiles, then the user's own by name; an own profile with a built-in's name takes its place. */
export function allProfiles(own: NamedProfiles): readonly Profile[] {
  const named = Object.entries(own).map(([name, values]) => ({ name, builtIn: false, values }));
  return [...builtInProfiles.filter(({ name }) => !Object.hasOwn(own, name)), ...named];
}

/** A value for a tunable setting, checked. */
export interface TunedValue {
  readonly setting: Setting<unknown>;
  /** Undefined: the default, the setting is removed. */
  readonly value: unknown;
}

export interface CheckedProfile {
  readonly values: readonly TunedValue[];
  /** Ids that no profile may set, and values that were refused: they are left out. */
  readonly refused: readonly string[];
}

/** What switching to a profile writes: every tunable setting, those not named at their defaults. */
export function checkProfile({ values }: Profile): CheckedProfile {
  const known = new Set(tunables.map(({ id }) => id));
  const named = new Map(Object.entries(values));
  const good = (setting: Setting<unknown>) => setting.parse(named.get(setting.id)).ok;
  return {
    values: tunables.map((setting) => ({
      setting,
      value: good(setting) ? named.get(setting.id) : undefined,
    })),
    refused: [
      ...[...named.keys()].filter((id) => !known.has(id)),
      ...tunables.filter((setting) => named.has(setting.id) && !good(setting)).map(({ id }) => id),
    ],
  };
}

/** The tunable values that differ from their defaults: what "save as a profile" keeps. */
export function valuesInForce(get: (setting: Setting<unknown>) => unknown): ProfileValues {
  const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  return Object.fromEntries(
    tunables
      .filter((setting) => !same(get(setting), setting.default))
      .map((setting) => [setting.id, get(setting)]),
  );
}

/** The first profile whose values are exactly those in force; undefined when none is. */
export function profileInForce(
  profiles: readonly Profile[],
  get: (setting: Setting<unknown>) => unknown,
): Profile | undefined {
  const now = JSON.stringify(sorted(valuesInForce(get)));
  return profiles.find((profile) => {
    const asked = new Map(checkProfile(profile).values.map(({ setting, value }) => [setting.id, value]));
    return (
      JSON.stringify(sorted(valuesInForce(({ id, default: fallback }) => asked.get(id) ?? fallback))) === now
    );
  });
}

const sorted = (values: ProfileValues) =>
  Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
