import type { Command, Contributions } from './contribution.js';

/** Commands about inline completion. */
export const completionCommands = {
  toggle: { id: 'completion.toggle', title: 'Turn Suggestions On or Off' },
  toggleLanguage: { id: 'completion.toggleLanguage', title: 'Turn Suggestions On or Off for This Language' },
  trigger: {
    id: 'completion.trigger',
    title: 'Suggest Here',
    // No editor has the text focus while the command palette is open.
    enablement: 'editorIsOpen && !activeEditorIsReadonly',
  },
  refuseReadOnly: {
    id: 'completion.refuseReadOnly',
    title: 'Suggest Here (Read-Only File)',
    palette: 'never',
  },
  example: { id: 'completion.example', title: 'Try a Suggestion in an Example' },
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
    // VS Code asks for nothing in a read-only editor, and only this clause knows that it is one.
    {
      command: completionCommands.refuseReadOnly,
      key: 'alt+\\',
      when: 'editorTextFocus && editorReadonly',
    },
  ],
};
