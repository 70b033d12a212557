import type { Command, Contributions } from './contribution.js';

/** Commands about the engine, its models and the extension as a whole. */
export const engineCommands = {
  menu: { id: 'menu', title: 'Show Menu' },
  chooseModel: { id: 'chooseModel', title: 'Choose Model', icon: '$(package)' },
  chooseModelFile: { id: 'chooseModelFile', title: 'Choose a GGUF File on This Machine' },
  downloadModel: { id: 'downloadModel', title: 'Download the Chosen Model', icon: '$(cloud-download)' },
  getGpuSupport: { id: 'getGpuSupport', title: 'Get GPU Support', icon: '$(circuit-board)' },
  restartEngine: { id: 'restartEngine', title: 'Restart Engine', icon: '$(debug-restart)' },
  cancelLoading: { id: 'cancelLoading', title: 'Cancel Loading the Model' },
  unloadModel: { id: 'unloadModel', title: 'Unload Model From Memory' },
  showLog: { id: 'showLog', title: 'Show Log', icon: '$(output)' },
  openSettings: { id: 'openSettings', title: 'Open Settings', icon: '$(gear)' },
  chooseMode: { id: 'chooseMode', title: 'Choose Mode (Dense, Exact, Balanced, Fast)' },
} as const satisfies Readonly<Record<string, Command>>;

export const engineContributions: Contributions = { commands: Object.values(engineCommands) };
