/** A command: its id, English title and where the palette offers it. The title's translation key is `commands.<id>`. */
export interface Command {
  /** Without the `sparsePilot.` prefix. */
  readonly id: string;
  readonly title: string;
  /** Codicon, e.g. `$(zap)`. */
  readonly icon?: string;
  /** When clause under which the command can run. */
  readonly enablement?: string;
  /** When clause of the command palette; `never` hides it there. Absent: always. */
  readonly palette?: string;
}

/** Places of VS Code's interface where this extension puts commands. */
export type MenuPlace =
  | 'view/title'
  | 'view/item/context'
  | 'editor/title'
  | 'editor/context'
  | 'explorer/context'
  | 'webview/context'
  | 'editor/inlineCompletions/actions';

export interface MenuItem {
  readonly place: MenuPlace;
  readonly command: Command;
  readonly when?: string;
  readonly group?: string;
}

export interface Keybinding {
  readonly command: Command;
  readonly key: string;
  readonly mac?: string;
  readonly when?: string;
}

/** A webview view; translation key `views.<id>`. */
export interface View {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  readonly when?: string;
}

/** A container in the activity bar (or the panel) with its views; translation key `containers.<id>`. */
export interface ViewContainer {
  /** Letters, digits, `-` and `_` only. */
  readonly id: string;
  readonly title: string;
  readonly icon: string;
  readonly place: 'activitybar' | 'panel';
  readonly views: readonly View[];
}

/** Translation keys `walkthroughs.<walkthrough>.<step>.title` and `.text`. */
export interface WalkthroughStep {
  readonly id: string;
  readonly title: string;
  /** Markdown; command links are `[Title](command:sparsePilot.x)`. */
  readonly text: string;
  /** Markdown or SVG file inside `media/walkthrough/`. */
  readonly media: string;
  readonly completionEvents: readonly string[];
}

export interface Walkthrough {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly steps: readonly WalkthroughStep[];
}

/** Translation key `participants.<id>`. */
export interface ChatParticipant {
  readonly id: string;
  readonly name: string;
  readonly fullName: string;
  readonly description: string;
  readonly isSticky: boolean;
}

export interface LanguageModelChatProvider {
  readonly vendor: string;
  readonly displayName: string;
  readonly managementCommand?: Command;
}

/** What one feature adds to the manifest. */
export interface Contributions {
  readonly commands?: readonly Command[];
  readonly menus?: readonly MenuItem[];
  readonly keybindings?: readonly Keybinding[];
  readonly containers?: readonly ViewContainer[];
  readonly walkthroughs?: readonly Walkthrough[];
  readonly participants?: readonly ChatParticipant[];
  readonly modelProviders?: readonly LanguageModelChatProvider[];
}
