/** A suggestion, as it came up. */
interface Standing {
  readonly text: string;
  /** Characters of the line that had been typed when it came up. */
  readonly typed: number;
  /** Milliseconds. */
  readonly since: number;
}

/** A suggestion that another one replaces sooner has only flashed up. */
const flickerMs = 500;

/** What a suggestion has come to by the time the next text is shown. */
type Fate =
  /** The next text is what is left of it. */
  | 'goes-on'
  /** All of it was typed. */
  | 'used-up'
  /** The next text says something else. */
  | 'replaced';

function fateOf({ text, typed }: Standing, next: Omit<Standing, 'since'>, line: string): Fate {
  const since = line.slice(typed, next.typed);
  if (since !== '' && since.startsWith(text)) return 'used-up';
  return text === since + next.text ? 'goes-on' : 'replaced';
}

/** Counts what one person sees come and go while typing a line. Pure: the caller tells the time. */
export class Screen {
  /** Suggestions that came up; one that is typed on as suggested is still the same. */
  public shown = 0;
  /** Those of them that were replaced by another one within half a second of coming up. */
  public flicker = 0;
  private standing: Standing | undefined;

  /** @param line what is being typed, from its first character to its last */
  public constructor(private readonly line: string) {}

  /** A text is shown after `typed` characters of the line. @param now milliseconds on any steady clock */
  public show(text: string, typed: number, now: number): void {
    const before = this.standing;
    const fate = before === undefined ? undefined : fateOf(before, { text, typed }, this.line);
    if (fate === 'goes-on') return;
    if (fate === 'replaced' && before !== undefined && now - before.since < flickerMs) this.flicker += 1;
    this.shown += 1;
    this.standing = { text, typed, since: now };
  }
}
