import { prefix, settingGroups, type Setting } from '../../src/contract/settings/index.js';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const words = (text: string) => cell(text.replace(/`#([^#]+)#`/g, '`$1`'));

function allowed({ schema }: Setting<unknown>): string {
  switch (schema.type) {
    case 'choice':
      return schema.choices.map((choice) => `\`${choice.value}\``).join(', ');
    case 'choices':
      return `any of ${schema.choices.map((choice) => `\`${choice.value}\``).join(', ')}`;
    case 'number':
    case 'integer':
      return `${schema.minimum} to ${schema.maximum}`;
    case 'integers':
      return `list of ${schema.minimum} to ${schema.maximum}`;
    case 'profiles':
      return 'object';
    case 'strings':
      return 'list of texts';
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
  }
}

const row = (setting: Setting<unknown>) =>
  `| \`${prefix}.${setting.id}\` | ${words(setting.text)} | ${cell(allowed(setting))} | \`${cell(JSON.stringify(setting.default))}\` | ${setting.scope} |`;

/** docs/settings.md: every setting with its values, default and scope. */
export function settingsTable(): string {
  const sections = settingGroups.map((group) =>
    [
      `## ${group.title}`,
      '',
      '| Setting | What it does | Values | Default | Scope |',
      '| --- | --- | --- | --- | --- |',
      ...group.settings.map(row),
    ].join('\n'),
  );
  return [
    '# Settings',
    '',
    '<!-- Written by scripts/manifest/generate.ts from src/contract/settings. Edit there. -->',
    '',
    'A bad value is answered with a message and the default. `machine` settings cannot be set by a workspace;',
    '`language-overridable` ones can be set per language, e.g. `"[python]": { "sparsePilot.completion.maxLines": 4 }`.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
