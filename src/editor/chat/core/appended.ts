/** How to make a text from an older one: drop `retract` UTF-16 units from its end, then append `text`. */
export interface Appended {
  readonly retract: number;
  readonly text: string;
}

export function appended(before: string, after: string): Appended {
  if (after.startsWith(before)) return { retract: 0, text: after.slice(before.length) };
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same += 1;
  return { retract: before.length - same, text: after.slice(same) };
}
