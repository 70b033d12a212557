import type { ContextChunk, FimCut } from '../completion.js';
import { boolean, choice, choices, integer, number, texts } from './kinds.js';

/** From "at once" to "only when I pause"; the trigger policy turns it into waits. */
export type Eagerness = 'eager' | 'brisk' | 'balanced' | 'relaxed' | 'calm';

export const completion = {
  enabled: boolean({
    id: 'completion.enabled',
    text: 'Suggest code while typing. Can be set per language and per folder; on command it always works.',
    default: true,
    scope: 'language-overridable',
  }),
  eagerness: choice<Eagerness>({
    id: 'completion.eagerness',
    text: 'How readily suggestions appear. The wait adapts to how fast you type and how fast this machine answers.',
    default: 'balanced',
    scope: 'language-overridable',
    choices: {
      eager: 'At once, on every keystroke.',
      brisk: 'After a very short wait.',
      balanced: 'When the typing slows down.',
      relaxed: 'After a clear pause.',
      calm: 'Only after a long pause.',
    },
  }),
  disabledLanguages: texts({
    id: 'completion.disabledLanguages',
    text: 'Language identifiers in which nothing is suggested while typing.',
    default: [],
  }),
  exclude: texts({
    id: 'completion.exclude',
    text: 'Glob patterns of files that are never completed and never used as context, besides those that git ignores and files that hold secrets.',
    default: [],
  }),
  multiline: choice<'auto' | 'never' | 'always'>({
    id: 'completion.multiline',
    text: 'Whether a suggestion may be longer than one line.',
    default: 'auto',
    scope: 'language-overridable',
    choices: {
      auto: 'Where a block begins or the line is empty.',
      never: 'One line, always.',
      always: 'Up to `#sparsePilot.completion.maxLines#` lines wherever the cursor is.',
    },
  }),
  maxLines: integer({
    id: 'completion.maxLines',
    text: 'The most lines of one suggestion.',
    default: 12,
    minimum: 1,
    maximum: 200,
    scope: 'language-overridable',
  }),
  maxTokens: integer({
    id: 'completion.maxTokens',
    text: 'The most tokens of one suggestion.',
    default: 128,
    minimum: 1,
    maximum: 2048,
    scope: 'language-overridable',
  }),
  timeBudgetMs: integer({
    id: 'completion.timeBudgetMs',
    text: 'Milliseconds after the first line at which a longer suggestion is shown as far as it got.',
    default: 1500,
    minimum: 50,
    maximum: 60000,
  }),
  promptTokens: integer({
    id: 'completion.promptTokens',
    text: 'The most tokens taken from the file before the cursor.',
    default: 1024,
    minimum: 64,
    maximum: 32768,
  }),
  suffixTokens: integer({
    id: 'completion.suffixTokens',
    text: 'The most tokens taken from the file after the cursor.',
    default: 128,
    minimum: 0,
    maximum: 8192,
  }),
  fimCut: choice<FimCut>({
    id: 'completion.fimCut',
    text: 'Where the text before the cursor ends for models that see prefix, suffix and middle in this order (Qwen-Coder, DeepSeek-Coder, CodeGemma).',
    default: 'line',
    choices: {
      line: 'Before the line of the cursor; what is typed of it counts as the beginning of the middle. A keystroke evaluates a token or two.',
      cursor: 'At the cursor. A keystroke evaluates all that follows the cursor again.',
    },
  }),
  contextTokens: integer({
    id: 'completion.contextTokens',
    text: 'The most tokens taken from other places than the file itself. 0 turns context off.',
    default: 512,
    minimum: 0,
    maximum: 16384,
  }),
  contextSources: choices<ContextChunk['source']>({
    id: 'completion.contextSources',
    text: 'Where context for a suggestion may come from. It stays on this machine.',
    default: ['recent-edit', 'similar', 'definition', 'import', 'diagnostic', 'open-file'],
    choices: {
      'recent-edit': 'What you changed lately.',
      similar: 'Similar code in open and recently seen files.',
      definition: 'Definitions of the symbols in use.',
      import: 'What the imported files declare.',
      diagnostic: 'Problems reported near the cursor.',
      'open-file': 'Other open files.',
    },
  }),
  minConfidence: number({
    id: 'completion.minConfidence',
    text: 'Suggestions whose tokens have a lower mean probability than this are not shown. 0 shows all.',
    default: 0.15,
    minimum: 0,
    maximum: 1,
  }),
  alternatives: integer({
    id: 'completion.alternatives',
    text: 'How many suggestions are made when you ask for one by command.',
    default: 3,
    minimum: 1,
    maximum: 8,
  }),
  prepareNext: boolean({
    id: 'completion.prepareNext',
    text: 'While a suggestion is shown, prepare the one that follows it.',
    default: true,
  }),
  onBattery: choice<'as-usual' | 'on-command'>({
    id: 'completion.onBattery',
    text: 'What happens while the machine runs on battery.',
    default: 'as-usual',
    scope: 'machine',
    choices: {
      'as-usual': 'Suggestions come as on mains power.',
      'on-command': 'Suggestions come only when you ask for them.',
    },
  }),
} as const;
