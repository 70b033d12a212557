import type { Setting } from './setting.js';

/** A profile: values by setting id (without the prefix). What it does not name is at its default. */
export type ProfileValues = Readonly<Record<string, unknown>>;
export type NamedProfiles = Readonly<Record<string, ProfileValues>>;

const isObject = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

const isProfiles = (raw: unknown): raw is NamedProfiles =>
  isObject(raw) && Object.values(raw).every(isObject);

/** The user's own settings profiles, by name. Each value is checked by its own setting when the profile is switched to. */
export const profiles: Setting<NamedProfiles> = {
  id: 'profiles',
  text: 'Your own settings profiles: for each name, values by setting id, e.g. `{ "train": { "mode": "fast", "completion.eagerness": "calm" } }`. Switch with *Sparse Pilot: Switch Settings Profile*.',
  default: {},
  scope: 'window',
  restricted: true,
  tags: [],
  schema: { type: 'profiles' },
  parse: (raw) =>
    isProfiles(raw)
      ? { ok: true, value: raw }
      : { ok: false, expected: 'an object of objects: values of settings by profile name' },
};
