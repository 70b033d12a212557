import type { Vocabulary } from '../vocabulary.js';
import { declaredFamily, fimFamilies, untrainedNames, type FimFamily } from './families.js';
import type { FimTokens } from './order.js';

/** A family found in a model, with its tokens as ids. */
export interface DetectedFim {
  readonly family: FimFamily;
  readonly tokens: FimTokens;
  readonly fileSeparator: number | null;
  readonly repository: number | null;
  readonly stopTokens: ReadonlySet<number>;
}

/**
 * How this model fills in; null when it cannot and completes from the prefix alone.
 * @param name the model's name and architecture, for families that share their tokens
 * @param declared the tokens that the model's file itself names (`tokenizer.ggml.fim_*_token_id`), for families not known here
 */
export function detectFim(
  vocabulary: Vocabulary,
  name: string,
  declared: Partial<FimTokens> = {},
): DetectedFim | null {
  if (untrainedNames.test(name)) return null;
  for (const family of fimFamilies) {
    if (family.name !== undefined && !family.name.test(name)) continue;
    const prefix = vocabulary.special(family.prefix);
    const suffix = vocabulary.special(family.suffix);
    const middle = family.middle === null ? null : vocabulary.special(family.middle);
    if (prefix === null || suffix === null || (middle === null && family.middle !== null)) continue;
    return {
      family,
      tokens: { prefix, suffix, middle },
      fileSeparator: family.fileSeparator === undefined ? null : vocabulary.special(family.fileSeparator),
      repository: family.repository === undefined ? null : vocabulary.special(family.repository),
      stopTokens: new Set(family.stopTokens.flatMap((text) => vocabulary.special(text) ?? [])),
    };
  }
  return declaredFim(declared);
}

function declaredFim({ prefix, suffix, middle }: Partial<FimTokens>): DetectedFim | null {
  if (prefix === undefined || suffix === undefined || middle === undefined || middle === null) return null;
  return {
    family: declaredFamily,
    tokens: { prefix, suffix, middle },
    fileSeparator: null,
    repository: null,
    stopTokens: new Set([prefix, suffix, middle]),
  };
}
