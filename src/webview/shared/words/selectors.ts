import type { SelectorChoice } from '../../../contract/index.js';
import * as words from '../../../contract/words/selectors.js';
import { t } from '../l10n.js';

export const selectorName = (selector: SelectorChoice): string => words.selectorName(selector, t);
export const selectorMeaning = (selector: SelectorChoice): string => words.selectorMeaning(selector, t);
