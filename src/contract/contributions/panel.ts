import type { Command, Contributions, View, ViewContainer } from './contribution.js';
import { firstSteps } from './walkthrough.js';

/** The trade-off panel, in the panel area; it can be moved to either side bar. */
export const panelView: View = {
  id: 'sparsePilot.tradeoff',
  name: 'Speed and Quality',
  icon: 'media/panel.svg',
};

export const panelContainer: ViewContainer = {
  id: 'sparsePilotTradeoff',
  title: 'Sparse Pilot',
  icon: 'media/panel.svg',
  place: 'panel',
  views: [panelView],
};

/** Commands of the trade-off panel and the settings profiles. Every knob of the panel is here too. */
export const panelCommands = {
  open: { id: 'panel.open', title: 'Open Speed and Quality Panel', icon: '$(graph-scatter)' },
  chooseSelector: { id: 'panel.chooseSelector', title: 'Choose What a Sparse Pass Skips (Selector)' },
  setDensity: { id: 'panel.setDensity', title: 'Set Density' },
  chooseStrength: { id: 'panel.chooseStrength', title: 'Choose Correction Strength' },
  toggleHold: { id: 'panel.toggleHold', title: 'Turn Quality First On or Off' },
  setLimit: { id: 'panel.setLimit', title: 'Set the Quality Limit' },
  measure: { id: 'panel.measure', title: 'Measure Speed and Quality on This Machine', icon: '$(beaker)' },
  calibrate: { id: 'panel.calibrate', title: 'Calibrate on My Code' },
  compare: { id: 'panel.compare', title: 'Compare Two Settings at the Cursor', enablement: 'editorIsOpen' },
  exportMeasurement: { id: 'panel.exportMeasurement', title: 'Export the Measurement', icon: '$(export)' },
  chooseProfile: { id: 'profiles.choose', title: 'Switch Settings Profile', icon: '$(settings)' },
  saveProfile: { id: 'profiles.save', title: 'Save the Settings in Force as a Profile' },
  deleteProfile: { id: 'profiles.delete', title: 'Delete a Settings Profile' },
} as const satisfies Readonly<Record<string, Command>>;

const inPanel = `view == ${panelView.id}`;

export const panelContributions: Contributions = {
  commands: Object.values(panelCommands),
  containers: [panelContainer],
  menus: [
    { place: 'view/title', command: panelCommands.measure, when: inPanel, group: 'navigation@1' },
    { place: 'view/title', command: panelCommands.chooseProfile, when: inPanel, group: 'navigation@2' },
    { place: 'view/title', command: panelCommands.exportMeasurement, when: inPanel, group: 'navigation@3' },
  ],
  walkthroughs: [firstSteps],
};
