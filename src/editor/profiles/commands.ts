import * as vscode from 'vscode';
import { panelCommands } from '../../contract/contributions/index.js';
import { settings } from '../../contract/index.js';
import { register } from '../commands/register.js';
import type { Ctx } from '../ctx.js';
import { activeProfile, profilesOf } from './active.js';
import { checkProfile, valuesInForce, type Profile } from './profile.js';
import { profileMeaning, profileTitle } from './words.js';

/** Where the settings before the last switch from no profile are kept, so that nothing tuned by hand is lost. */
const beforeKey = 'profiles.before';

interface ProfileItem extends vscode.QuickPickItem {
  readonly profile: Profile;
}

/** Switching, saving and deleting settings profiles. All of it takes effect at once. */
export function registerProfiles(ctx: Ctx): void {
  register(ctx, panelCommands.chooseProfile, () => choose(ctx));
  register(ctx, panelCommands.saveProfile, () => save(ctx));
  register(ctx, panelCommands.deleteProfile, () => remove(ctx));
}

async function choose(ctx: Ctx): Promise<void> {
  const active = activeProfile(ctx.settings);
  const before = ctx.extension.globalState.get<Profile['values']>(beforeKey);
  const title = vscode.l10n.t('Settings before the last switch');
  const items: ProfileItem[] = [
    ...profilesOf(ctx.settings),
    ...(before === undefined ? [] : [{ name: title, builtIn: false, values: before }]),
  ].map((profile) => ({
    label: `${profile === active || profile.name === active?.name ? '$(check) ' : ''}${profileTitle(profile)}`,
    detail: profileMeaning(profile),
    profile,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Switch Settings Profile'),
    placeHolder: vscode.l10n.t('Replaces mode, sparsity, correction, quality and how eager suggestions are'),
  });
  if (picked === undefined) return;
  if (active === undefined && picked.profile.name !== title)
    await ctx.extension.globalState.update(
      beforeKey,
      valuesInForce((setting) => ctx.settings.get(setting)),
    );
  await switchTo(ctx, picked.profile);
}

/** Writes a profile's values; ids and values it may not hold are named in a warning. */
export async function switchTo(ctx: Ctx, profile: Profile): Promise<void> {
  const { values, refused } = checkProfile(profile);
  for (const { setting, value } of values) {
    const wanted = value ?? setting.default;
    if (JSON.stringify(ctx.settings.get(setting)) !== JSON.stringify(wanted))
      await ctx.settings.set(setting, value);
  }
  if (refused.length > 0)
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The profile {0} names what a profile cannot set: {1}',
        profileTitle(profile),
        refused.join(', '),
      ),
    );
}

async function save(ctx: Ctx): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Save the Settings in Force as a Profile'),
    prompt: vscode.l10n.t('Name of the profile'),
    validateInput: (typed) => (typed.trim() === '' ? vscode.l10n.t('A profile needs a name') : undefined),
  });
  if (name === undefined) return;
  const own = ctx.settings.get(settings.profiles);
  const values = valuesInForce((setting) => ctx.settings.get(setting));
  await ctx.settings.set(settings.profiles, { ...own, [name.trim()]: values });
}

async function remove(ctx: Ctx): Promise<void> {
  const own = ctx.settings.get(settings.profiles);
  const names = Object.keys(own);
  if (names.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no profile of your own.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(names, {
    title: vscode.l10n.t('Delete a Settings Profile'),
  });
  if (picked === undefined) return;
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => name !== picked));
  await ctx.settings.set(settings.profiles, kept);
}
