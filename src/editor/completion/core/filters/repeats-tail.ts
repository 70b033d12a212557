import { drop, keep, type Filter } from './filter.js';

/** What stands right of the cursor is not suggested again. */
export const repeatsTail: Filter = {
  id: 'repeats-tail',
  apply: ({ text, tail }) =>
    tail.trim() !== '' && text.trim() === tail.trim()
      ? drop('repeats what stands right of the cursor')
      : keep(text),
};
