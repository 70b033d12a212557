import type { ChatParticipant, Command, Contributions, View, ViewContainer } from './contribution.js';

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
export const chatCommands = {
  open: { id: 'chat.open', title: 'Open Chat', icon: '$(comment-discussion)' },
  new: { id: 'chat.new', title: 'New Conversation', icon: '$(add)' },
  history: { id: 'chat.history', title: 'Show Conversations', icon: '$(history)' },
  addSelection: { id: 'chat.addSelection', title: 'Add Selection to Chat', enablement: 'editorHasSelection' },
  explain: { id: 'chat.explain', title: 'Explain Selection', enablement: 'editorHasSelection' },
  fix: { id: 'chat.fix', title: 'Fix Selection', enablement: 'editorIsOpen' },
  document: { id: 'chat.document', title: 'Document Selection', enablement: 'editorHasSelection' },
  test: { id: 'chat.test', title: 'Write a Test for Selection', enablement: 'editorHasSelection' },
  acceptChange: {
    id: 'chat.acceptChange',
    title: 'Accept Proposed Change',
    icon: '$(check)',
    palette: 'never',
  },
  rejectChange: {
    id: 'chat.rejectChange',
    title: 'Discard Proposed Change',
    icon: '$(close)',
    palette: 'never',
  },
} as const satisfies Readonly<Record<string, Command>>;

/** `@sparse` in VS Code's own chat. */
export const chatParticipant: ChatParticipant = {
  id: 'sparsePilot.participant',
  name: 'sparse',
  fullName: 'Sparse Pilot',
  description: 'Ask the local model',
  isSticky: true,
};

/** Vendor under which the local model stands in VS Code's model picker. */
export const modelVendor = 'sparse-pilot';

/** True while the active diff is a change proposed by the chat. */
export const proposedChangeContext = 'resourceScheme == sparse-pilot-proposed';

export const chatContributions: Contributions = {
  commands: Object.values(chatCommands),
  containers: [chatContainer],
  participants: [chatParticipant],
  modelProviders: [{ vendor: modelVendor, displayName: 'Sparse Pilot' }],
  menus: [
    { place: 'view/title', command: chatCommands.new, when: `view == ${chatView.id}`, group: 'navigation@1' },
    {
      place: 'view/title',
      command: chatCommands.history,
      when: `view == ${chatView.id}`,
      group: 'navigation@2',
    },
    {
      place: 'editor/context',
      command: chatCommands.addSelection,
      when: 'editorHasSelection',
      group: '1_sparsePilot@1',
    },
    {
      place: 'editor/context',
      command: chatCommands.explain,
      when: 'editorHasSelection',
      group: '1_sparsePilot@2',
    },
    {
      place: 'editor/title',
      command: chatCommands.acceptChange,
      when: proposedChangeContext,
      group: 'navigation@1',
    },
    {
      place: 'editor/title',
      command: chatCommands.rejectChange,
      when: proposedChangeContext,
      group: 'navigation@2',
    },
  ],
  keybindings: [
    { command: chatCommands.addSelection, key: 'ctrl+alt+l', mac: 'cmd+alt+l', when: 'editorHasSelection' },
  ],
};
