import { allSettings, prefix } from '../../src/contract/settings/index.js';
import { contributes } from './contributes.js';
import { Strings } from './nls.js';

/** The generated parts of package.json, and the English strings they refer to. */
export interface Manifest {
  readonly parts: Readonly<Record<string, unknown>>;
  readonly english: Readonly<Record<string, string>>;
}

/** Builds everything of the manifest that comes from the contract. */
export function manifest(): Manifest {
  const strings = new Strings();
  const parts = {
    activationEvents: ['onStartupFinished'],
    extensionKind: ['workspace', 'ui'],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: strings.key(
          'capabilities.untrusted',
          'Completion and chat work. The workspace cannot choose a model, a binary or a system prompt.',
        ),
        restrictedConfigurations: allSettings
          .filter((setting) => setting.restricted)
          .map((setting) => `${prefix}.${setting.id}`),
      },
      virtualWorkspaces: {
        supported: 'limited',
        description: strings.key(
          'capabilities.virtual',
          'Completion and chat work on open files. Files that are not open are not read for context.',
        ),
      },
    },
    l10n: './l10n',
    contributes: contributes(strings),
  };
  return { parts, english: strings.all() };
}
