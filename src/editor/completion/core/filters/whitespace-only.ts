import { isBlank } from '../text.js';
import { drop, keep, type Filter } from './filter.js';

/** Nothing to see is nothing to show. */
export const whitespaceOnly: Filter = {
  id: 'whitespace-only',
  apply: ({ text }) => (isBlank(text) ? drop('nothing but blanks') : keep(text)),
};
