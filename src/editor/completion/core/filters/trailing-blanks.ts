import { keep, type Filter } from './filter.js';

/** Blanks and empty lines at the end are never wanted. */
export const trailingBlanks: Filter = {
  id: 'trailing-blanks',
  apply: ({ text }) => keep(text.replace(/\s+$/, '')),
};
