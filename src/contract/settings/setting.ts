/**
 * Where a setting may be set (VS Code's configuration scopes). `machine`: user and remote settings only, so that a
 * workspace cannot set it; used for paths, binaries and everything that costs memory.
 */
export type SettingScope = 'machine' | 'window' | 'resource' | 'language-overridable';

/** The JSON schema of a setting's value, as the manifest carries it. */
export type ValueSchema =
  | { readonly type: 'boolean' }
  | { readonly type: 'number' | 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'string'; readonly multiline: boolean }
  | { readonly type: 'choice'; readonly choices: readonly Choice[] }
  | { readonly type: 'strings' }
  | { readonly type: 'choices'; readonly choices: readonly Choice[] }
  | { readonly type: 'integers'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'profiles' };

export interface Choice {
  readonly value: string;
  /** English, one line; shown beside the value in the Settings editor. */
  readonly text: string;
}

/** A value that passed, or what would have. `expected` completes the sentence "must be …" in English. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

/** One setting: the only place its id, type, default, scope, words and validation stand. */
export interface Setting<T> {
  /** Without the `sparsePilot.` prefix, e.g. `completion.eagerness`. */
  readonly id: string;
  /** English markdown; the translation key is `settings.<id>`. */
  readonly text: string;
  readonly default: T;
  readonly scope: SettingScope;
  /** Ignored from the workspace while it is not trusted. */
  readonly restricted: boolean;
  readonly tags: readonly string[];
  readonly schema: ValueSchema;
  readonly parse: (raw: unknown) => Parsed<T>;
}

/** A heading of the Settings editor with its settings, in order. */
export interface SettingGroup {
  /** Translation key part and id prefix, e.g. `completion`. */
  readonly name: string;
  /** English heading. */
  readonly title: string;
  readonly settings: readonly Setting<unknown>[];
}

/** The prefix of every setting and command id. */
export const prefix = 'sparsePilot';
