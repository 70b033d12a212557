import { prefix, settingGroups, type Choice, type Setting } from '../../src/contract/settings/index.js';
import type { Strings } from './nls.js';

const choiceValues = (choices: readonly Choice[]) => choices.map((choice) => choice.value);

function valueSchema(setting: Setting<unknown>, strings: Strings): object {
  const { schema } = setting;
  const choiceTexts = (choices: readonly Choice[]) =>
    choices.map((choice) => strings.key(`settings.${setting.id}.${choice.value}`, choice.text));
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
    case 'integer':
      return { type: schema.type, minimum: schema.minimum, maximum: schema.maximum };
    case 'string':
      return { type: 'string', ...(schema.multiline && { editPresentation: 'multilineText' }) };
    case 'choice':
      return {
        type: 'string',
        enum: choiceValues(schema.choices),
        markdownEnumDescriptions: choiceTexts(schema.choices),
      };
    case 'choices':
      return {
        type: 'array',
        uniqueItems: true,
        items: {
          type: 'string',
          enum: choiceValues(schema.choices),
          markdownEnumDescriptions: choiceTexts(schema.choices),
        },
      };
    case 'strings':
      return { type: 'array', items: { type: 'string' } };
    case 'profiles':
      return { type: 'object', additionalProperties: { type: 'object' } };
    case 'integers':
      return {
        type: 'array',
        items: { type: 'integer', minimum: schema.minimum, maximum: schema.maximum },
      };
  }
}

/** `contributes.configuration`: one heading a group. */
export function configuration(strings: Strings): readonly object[] {
  return settingGroups.map((group, index) => ({
    title: strings.key(`settings.group.${group.name}`, group.title),
    order: index,
    properties: Object.fromEntries(
      group.settings.map((setting, order) => [
        `${prefix}.${setting.id}`,
        {
          ...valueSchema(setting, strings),
          default: setting.default,
          scope: setting.scope,
          order,
          markdownDescription: strings.key(`settings.${setting.id}`, setting.text),
          ...(setting.tags.length > 0 && { tags: setting.tags }),
        },
      ]),
    ),
  }));
}
