import { chat } from './chat.js';
import { completion } from './completion.js';
import { correction, mode } from './correction.js';
import { engine } from './engine.js';
import { models } from './models.js';
import { profiles } from './profiles.js';
import { quality } from './quality.js';
import type { Setting, SettingGroup } from './setting.js';
import { sparsity } from './sparsity.js';

export type { Eagerness } from './completion.js';
export type { NamedProfiles, ProfileValues } from './profiles.js';
export * from './setting.js';

/** Every setting, by the path of its id. Code names settings by these objects, never by text. */
export const settings = {
  mode,
  sparsity,
  correction,
  quality,
  completion,
  chat,
  engine,
  models,
  profiles,
} as const;

/** The headings of the Settings editor, in order. */
export const settingGroups: readonly SettingGroup[] = [
  {
    name: 'sparsity',
    title: 'Speed and quality',
    settings: [
      mode,
      ...Object.values(sparsity),
      ...Object.values(correction),
      ...Object.values(quality),
      profiles,
    ],
  },
  { name: 'completion', title: 'Completion', settings: Object.values(completion) },
  { name: 'chat', title: 'Chat', settings: Object.values(chat) },
  {
    name: 'engine',
    title: 'Engine and models',
    settings: [...Object.values(models), ...Object.values(engine)],
  },
];

/** Every setting, flat, in the order of the Settings editor. */
export const allSettings: readonly Setting<unknown>[] = settingGroups.flatMap((group) => group.settings);
