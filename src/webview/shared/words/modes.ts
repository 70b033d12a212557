import type { CorrectionStrength, Mode } from '../../../contract/index.js';
import * as words from '../../../contract/words/modes.js';
import { t } from '../l10n.js';

export const modeName = (mode: Mode): string => words.modeName(mode, t);
export const modeMeaning = (mode: Mode): string => words.modeMeaning(mode, t);
export const strengthName = (strength: CorrectionStrength | 'custom'): string =>
  words.strengthName(strength, t);
export const strengthMeaning = (strength: CorrectionStrength | 'custom'): string =>
  words.strengthMeaning(strength, t);
