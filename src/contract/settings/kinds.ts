import type { Choice, Parsed, Setting, SettingScope } from './setting.js';

/** What every kind of setting is told. `scope` defaults to `resource`, `restricted` to false. */
interface Words<T> {
  readonly id: string;
  readonly text: string;
  readonly default: T;
  readonly scope?: SettingScope;
  readonly restricted?: boolean;
  readonly tags?: readonly string[];
}

const common = <T>(words: Words<T>) => ({
  id: words.id,
  text: words.text,
  default: words.default,
  scope: words.scope ?? 'resource',
  restricted: words.restricted ?? false,
  tags: words.tags ?? [],
});

const passed = <T>(value: T): Parsed<T> => ({ ok: true, value });
const failed = (expected: string): Parsed<never> => ({ ok: false, expected });

/** true or false. */
export const boolean = (words: Words<boolean>): Setting<boolean> => ({
  ...common(words),
  schema: { type: 'boolean' },
  parse: (raw) => (typeof raw === 'boolean' ? passed(raw) : failed('true or false')),
});

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

const within = (raw: unknown, { minimum, maximum }: Range): raw is number =>
  typeof raw === 'number' && raw >= minimum && raw <= maximum;

/** A finite number from `minimum` to `maximum`, both allowed. */
export const number = (words: Words<number> & Range): Setting<number> => ({
  ...common(words),
  schema: { type: 'number', minimum: words.minimum, maximum: words.maximum },
  parse: (raw) =>
    within(raw, words) ? passed(raw) : failed(`a number from ${words.minimum} to ${words.maximum}`),
});

/** A whole number from `minimum` to `maximum`, both allowed. */
export const integer = (words: Words<number> & Range): Setting<number> => ({
  ...common(words),
  schema: { type: 'integer', minimum: words.minimum, maximum: words.maximum },
  parse: (raw) =>
    within(raw, words) && Number.isInteger(raw)
      ? passed(raw)
      : failed(`a whole number from ${words.minimum} to ${words.maximum}`),
});

/** Any text; `multiline` gives it a larger field. */
export const text = (words: Words<string> & { readonly multiline?: true }): Setting<string> => ({
  ...common(words),
  schema: { type: 'string', multiline: words.multiline ?? false },
  parse: (raw) => (typeof raw === 'string' ? passed(raw) : failed('a text')),
});

/** Texts of `Value`, each with its English explanation. */
type Explained<Value extends string> = Readonly<Record<Value, string>>;

const choicesOf = (explained: Readonly<Record<string, string>>): readonly Choice[] =>
  Object.entries(explained).map(([value, words]) => ({ value, text: words }));

const isOneOf =
  <Value extends string>(explained: Explained<Value>) =>
  (raw: unknown): raw is Value =>
    typeof raw === 'string' && Object.hasOwn(explained, raw);

/** One of a few named values. */
export const choice = <Value extends string>(
  words: Words<Value> & { readonly choices: Explained<Value> },
): Setting<Value> => {
  const known = isOneOf(words.choices);
  return {
    ...common(words),
    schema: { type: 'choice', choices: choicesOf(words.choices) },
    parse: (raw) => (known(raw) ? passed(raw) : failed(`one of ${Object.keys(words.choices).join(', ')}`)),
  };
};

/** Any of a few named values, without repeats. */
export const choices = <Value extends string>(
  words: Words<readonly Value[]> & { readonly choices: Explained<Value> },
): Setting<readonly Value[]> => {
  const known = isOneOf(words.choices);
  return {
    ...common(words),
    schema: { type: 'choices', choices: choicesOf(words.choices) },
    parse: (raw) =>
      Array.isArray(raw) && raw.every(known)
        ? passed([...new Set(raw)])
        : failed(`a list of ${Object.keys(words.choices).join(', ')}`),
  };
};

/** A list of texts. */
export const texts = (words: Words<readonly string[]>): Setting<readonly string[]> => ({
  ...common(words),
  schema: { type: 'strings' },
  parse: (raw) =>
    Array.isArray(raw) && raw.every((item): item is string => typeof item === 'string')
      ? passed(raw)
      : failed('a list of texts'),
});

/** A list of whole numbers, each from `minimum` to `maximum`. */
export const integers = (words: Words<readonly number[]> & Range): Setting<readonly number[]> => ({
  ...common(words),
  schema: { type: 'integers', minimum: words.minimum, maximum: words.maximum },
  parse: (raw) =>
    Array.isArray(raw) && raw.every((item): item is number => within(item, words) && Number.isInteger(item))
      ? passed(raw)
      : failed(`a list of whole numbers from ${words.minimum} to ${words.maximum}`),
});
