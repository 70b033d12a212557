import type { Cursor, LineSource } from '../text.js';

/** An identifier and where it stands. */
export interface SymbolUse extends Cursor {
  readonly name: string;
}

const keywords = new Set(
  'if else for while do switch case return const let var function class import from export default new this self super public private protected static void int float double bool boolean string number char long true false null undefined None True False def lambda in of is not and or try catch finally throw raise async await yield type interface enum struct fn let mut pub use impl match where package func range go defer'.split(
    ' ',
  ),
);

/** The identifiers in use near a cursor, the nearest first, each once. */
export function symbolsNear(
  lines: LineSource,
  cursor: Cursor,
  reach: { readonly lines: number; readonly symbols: number },
): readonly SymbolUse[] {
  const found = new Map<string, SymbolUse>();
  for (let line = cursor.line; line >= Math.max(0, cursor.line - reach.lines); line -= 1) {
    const text = lines.lineAt(line);
    const end = line === cursor.line ? cursor.character : text.length;
    const uses = [...text.slice(0, Math.min(end, 400)).matchAll(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu)].reverse();
    for (const use of uses) {
      const [name] = use;
      if (keywords.has(name) || found.has(name)) continue;
      found.set(name, { name, line, character: use.index });
      if (found.size >= reach.symbols) return [...found.values()];
    }
  }
  return [...found.values()];
}
