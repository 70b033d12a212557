import { seeded } from './random.js';

/** One key a person presses. */
export interface Keystroke {
  readonly text: string;
  /** Milliseconds until the next key. */
  readonly gapMs: number;
  /** The person stops after this key and looks whether a suggestion comes. */
  readonly looks: boolean;
}

/** A line of a real file, typed anew where it stood. */
export interface Session {
  readonly path: string;
  readonly languageId: string;
  /** The file above the line, and the line's indentation. */
  readonly before: string;
  /** The file below the line, from its line break on. */
  readonly after: string;
  /** What the file really says: the rest of the line. */
  readonly truth: string;
  readonly keys: readonly Keystroke[];
}

export interface SourceText {
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
}

const shortest = 12;
const longest = 90;
const firstLine = 8;
const meanGapMs = 120;
const lookEvery = 6;

/** Lines worth typing: code of a usual length, with something above them. */
function typeable(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => {
    const length = line.trim().length;
    const comment = /^\s*(\/\/|#|\*|\/\*|--)/.test(line);
    return index >= firstLine && !comment && length >= shortest && length <= longest ? [index] : [];
  });
}

function keysOf(truth: string, random: () => number): Keystroke[] {
  const characters = Array.from(truth);
  return characters.map((text, index) => ({
    text,
    gapMs: meanGapMs * (0.5 + random()),
    // The first look is early, so that every session asks at least once; never after the last character.
    looks: index === 1 || (index < characters.length - 1 && random() < 1 / lookEvery),
  }));
}

/** Sessions from a file: `count` different lines, chosen and typed by the seed alone. */
export function sessionsOf({ path, languageId, text }: SourceText, count: number, seed: number): Session[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const random = seeded(seed);
  const candidates = typeable(lines);
  const sessions: Session[] = [];
  while (sessions.length < count && candidates.length > 0) {
    const [index] = candidates.splice(Math.floor(random() * candidates.length), 1);
    const line = index === undefined ? undefined : lines[index];
    if (index === undefined || line === undefined) break;
    const indentation = /^\s*/.exec(line)?.[0] ?? '';
    const truth = line.slice(indentation.length).trimEnd();
    sessions.push({
      path,
      languageId,
      before: [...lines.slice(0, index), indentation].join('\n'),
      after: ['', ...lines.slice(index + 1)].join('\n'),
      truth,
      keys: keysOf(truth, random),
    });
  }
  return sessions;
}
