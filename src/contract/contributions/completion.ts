import type { Command, Contributions } from './contribution.js';

/** Commands about inline completion. */
export const completionCommands = {
  toggle: { id: 'completion.toggle', title: 'Turn Suggestions On or Off' },
  toggleLanguage: { id: 'completion.toggleLanguage', title: 'Turn Suggestions On or Off for This Language' },
  trigger: { id: 'completion.trigger', title: 'Suggest Here', enablement: 'editorTextFocus' },
  snooze: { id: 'completion.snooze', title: 'Snooze Suggestions' },
  wakeUp: { id: 'completion.wakeUp', title: 'End Snooze' },
  why: { id: 'completion.why', title: 'Why No Suggestion?' },
  exportRequest: { id: 'completion.exportRequest', title: 'Export a Request for Replay' },
  exportStatistics: { id: 'completion.exportStatistics', title: 'Export Acceptance Statistics' },
  eraseStatistics: { id: 'completion.eraseStatistics', title: 'Erase Acceptance Statistics' },
  accepted: { id: 'completion.accepted', title: 'Suggestion Accepted', palette: 'never' },
} as const satisfies Readonly<Record<string, Command>>;

export const completionContributions: Contributions = {
  commands: Object.values(completionCommands),
  keybindings: [
    {
      command: completionCommands.trigger,
      key: 'alt+\\',
      when: 'editorTextFocus && !editorReadonly',
    },
  ],
};
