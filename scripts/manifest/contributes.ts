import {
  commandId,
  contributions,
  type Contributions,
  type MenuItem,
} from '../../src/contract/contributions/index.js';
import { configuration } from './configuration.js';
import type { Strings } from './nls.js';

function collect<Key extends keyof Contributions>(key: Key): NonNullable<Contributions[Key]>[number][] {
  return contributions.flatMap((part) => [...(part[key] ?? [])]);
}

/** Items by the value of a key, both in order of appearance. */
function groupBy<Item, Key extends string>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): [Key, Item[]][] {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

function commands(strings: Strings): object[] {
  return collect('commands').map((command) => ({
    command: commandId(command),
    title: strings.key(`commands.${command.id}`, command.title),
    category: 'Sparse Pilot',
    ...(command.icon && { icon: command.icon }),
    ...(command.enablement && { enablement: command.enablement }),
  }));
}

const menuEntry = (item: MenuItem) => ({
  command: commandId(item.command),
  ...(item.when && { when: item.when }),
  ...(item.group && { group: item.group }),
});

function menus(): Readonly<Record<string, object[]>> {
  const palette = collect('commands').flatMap((command) =>
    command.palette === undefined
      ? []
      : [{ command: commandId(command), when: command.palette === 'never' ? 'false' : command.palette }],
  );
  const places = groupBy(collect('menus'), (item) => item.place);
  return {
    commandPalette: palette,
    ...Object.fromEntries(places.map(([place, items]) => [place, items.map(menuEntry)])),
  };
}

function viewContainers(strings: Strings): object {
  const places = groupBy(collect('containers'), (container) => container.place);
  return Object.fromEntries(
    places.map(([place, containers]) => [
      place,
      containers.map((container) => ({
        id: container.id,
        title: strings.key(`containers.${container.id}`, container.title),
        icon: container.icon,
      })),
    ]),
  );
}

function views(strings: Strings): object {
  return Object.fromEntries(
    collect('containers').map((container) => [
      container.id,
      container.views.map((view) => ({
        type: 'webview',
        id: view.id,
        name: strings.key(`views.${view.id}`, view.name),
        icon: view.icon,
        ...(view.when && { when: view.when }),
      })),
    ]),
  );
}

function walkthroughs(strings: Strings): object[] {
  return collect('walkthroughs').map((walkthrough) => {
    const key = `walkthroughs.${walkthrough.id}`;
    return {
      id: walkthrough.id,
      title: strings.key(`${key}.title`, walkthrough.title),
      description: strings.key(`${key}.text`, walkthrough.text),
      steps: walkthrough.steps.map((step) => ({
        id: step.id,
        title: strings.key(`${key}.${step.id}.title`, step.title),
        description: strings.key(`${key}.${step.id}.text`, step.text),
        media: step.media.endsWith('.svg')
          ? { svg: `media/walkthrough/${step.media}`, altText: step.title }
          : { markdown: `media/walkthrough/${step.media}` },
        completionEvents: step.completionEvents,
      })),
    };
  });
}

/** The `contributes` part of package.json. */
export function contributes(strings: Strings): Readonly<Record<string, unknown>> {
  return {
    configuration: configuration(strings),
    commands: commands(strings),
    menus: menus(),
    keybindings: collect('keybindings').map((binding) => ({
      command: commandId(binding.command),
      key: binding.key,
      ...(binding.mac && { mac: binding.mac }),
      ...(binding.when && { when: binding.when }),
    })),
    viewsContainers: viewContainers(strings),
    views: views(strings),
    walkthroughs: walkthroughs(strings),
    chatParticipants: collect('participants').map((participant) => ({
      ...participant,
      description: strings.key(`participants.${participant.id}`, participant.description),
    })),
    languageModelChatProviders: collect('modelProviders').map((provider) => ({
      vendor: provider.vendor,
      displayName: provider.displayName,
      ...(provider.managementCommand && { managementCommand: commandId(provider.managementCommand) }),
    })),
  };
}
