import type { Command, Contributions } from './contribution.js';

/** Commands of the trade-off panel and the settings profiles. */
export const panelCommands = {} as const satisfies Readonly<Record<string, Command>>;

export const panelContributions: Contributions = { commands: Object.values(panelCommands) };
