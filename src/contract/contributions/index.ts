import { prefix } from '../settings/index.js';
import { chatContributions } from './chat.js';
import { completionContributions } from './completion.js';
import type { Command, Contributions } from './contribution.js';
import { engineContributions } from './engine.js';
import { panelContributions } from './panel.js';

export * from './contribution.js';
export { chatCommands, chatContainer, chatParticipant, chatView, modelVendor } from './chat.js';
export { completionCommands } from './completion.js';
export { engineCommands } from './engine.js';
export { panelCommands, panelContainer, panelView } from './panel.js';
export { firstStepContexts } from './walkthrough.js';

/** What each feature adds to the manifest, in order. */
export const contributions: readonly Contributions[] = [
  engineContributions,
  completionContributions,
  chatContributions,
  panelContributions,
];

/** The id under which a command is registered and called. */
export const commandId = (command: Command): string => `${prefix}.${command.id}`;
