import { settings } from '../../contract/index.js';
import type { SettingsHere } from '../settings/reader.js';
import { allProfiles, profileInForce, type Profile } from './profile.js';
import { profileTitle } from './words.js';

export const profilesOf = (here: SettingsHere): readonly Profile[] =>
  allProfiles(here.get(settings.profiles));

export const activeProfile = (here: SettingsHere): Profile | undefined =>
  profileInForce(profilesOf(here), (setting) => here.get(setting));

/** Name of the profile in force as the user reads it; null when the settings match none. */
export function activeProfileName(here: SettingsHere): string | null {
  const profile = activeProfile(here);
  return profile === undefined ? null : profileTitle(profile);
}
