import type { Command, Contributions, View, ViewContainer } from './contribution.js';

/** The chat view in the activity bar. */
export const chatView: View = { id: 'sparsePilot.chat', name: 'Chat', icon: 'media/chat.svg' };

export const chatContainer: ViewContainer = {
  id: 'sparsePilot',
  title: 'Sparse Pilot',
  icon: 'media/chat.svg',
  place: 'activitybar',
  views: [chatView],
};

/** Commands of the chat view and its code actions. */
export const chatCommands = {} as const satisfies Readonly<Record<string, Command>>;

export const chatContributions: Contributions = {
  commands: Object.values(chatCommands),
  containers: [chatContainer],
};
