import type { DrafterId, Mode } from '../modes.js';
import { modeMeaning } from '../words/modes.js';
import { untranslated } from '../words/translate.js';
import { choice, integer, number } from './kinds.js';

/** The setting the whole extension turns on: `sparsePilot.mode`. */
export const mode = choice<Mode>({
  id: 'mode',
  text: 'How much the model may skip, and how its drafts are checked.',
  default: 'exact',
  choices: {
    dense: modeMeaning('dense', untranslated),
    exact: modeMeaning('exact', untranslated),
    balanced: modeMeaning('balanced', untranslated),
    fast: modeMeaning('fast', untranslated),
  },
});

export const correction = {
  drafter: choice<'auto' | DrafterId>({
    id: 'correction.drafter',
    text: 'What proposes tokens for the dense model to check.',
    default: 'auto',
    choices: {
      auto: 'Whichever has paid off most on this machine.',
      none: 'Nothing is drafted.',
      ngram: 'Repeats found in the prompt and the file.',
      'sparse-self': 'The model itself, run sparse.',
    },
  }),
  check: choice<'auto' | 'risk' | 'fixed'>({
    id: 'correction.check',
    text: 'Balanced mode: when drafted tokens are checked by the dense model.',
    default: 'auto',
    choices: {
      auto: 'After as many tokens as pay off by what was measured here, earlier when the draft has become uncertain and at statement ends.',
      risk: 'When the draft has become uncertain, and at statement ends; after `#sparsePilot.correction.riskCap#` tokens at the latest.',
      fixed: 'Every `#sparsePilot.correction.period#` tokens, as published (Sirius).',
    },
  }),
  period: integer({
    id: 'correction.period',
    text: 'Tokens between two checks when they are made at a fixed period.',
    default: 16,
    minimum: 1,
    maximum: 64,
  }),
  riskBudget: number({
    id: 'correction.riskBudget',
    text: 'How much risk (entropy, margin, skipped mass) a draft may gather before it is checked. Lower checks more often.',
    default: 2,
    minimum: 0,
    maximum: 100,
  }),
  riskFloor: integer({
    id: 'correction.riskFloor',
    text: 'Fewest tokens between two checks when risk decides.',
    default: 4,
    minimum: 1,
    maximum: 64,
  }),
  riskCap: integer({
    id: 'correction.riskCap',
    text: 'Most tokens between two checks when risk decides.',
    default: 32,
    minimum: 1,
    maximum: 64,
  }),
  acceptThreshold: number({
    id: 'correction.acceptThreshold',
    text: 'Balanced mode: a drafted token passes while the dense model gives it at least this likelihood.',
    default: 0.1,
    minimum: 0,
    maximum: 1,
  }),
  maxDraft: integer({
    id: 'correction.maxDraft',
    text: 'The longest draft in tokens; 0 lets the measured acceptance decide.',
    default: 0,
    minimum: 0,
    maximum: 64,
  }),
  treeWidth: integer({
    id: 'correction.treeWidth',
    text: 'Paths that a sparse draft follows side by side (Sirius draft trees); one dense pass checks all of them. 1 is a single path. Each path costs sparse steps of its own, so more than one is rarely faster without a GPU.',
    default: 1,
    minimum: 1,
    maximum: 8,
  }),
} as const;
