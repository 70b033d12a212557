/** What a file asks for from its own project. */
export interface ImportSpecifier {
  /** As written: `./text.js`, `../a/b`, `.models`. */
  readonly specifier: string;
  /** Files it may mean, relative to the importing file's folder, likeliest first. */
  readonly candidates: readonly string[];
}

const scriptExtensions = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.mts'];

function scriptCandidates(specifier: string): readonly string[] {
  const bare = specifier.replace(/\.(js|jsx|mjs|cjs)$/, '');
  const exact = /\.[a-z]+$/i.test(specifier) ? [specifier] : [];
  return [
    ...scriptExtensions.map((extension) => bare + extension),
    ...scriptExtensions.slice(0, 3).map((extension) => `${bare}/index${extension}`),
    ...exact,
  ];
}

function pythonCandidates(specifier: string): readonly string[] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const up = dots <= 1 ? './' : '../'.repeat(dots - 1);
  const path = specifier.slice(dots).replaceAll('.', '/');
  return path === '' ? [`${up}__init__.py`] : [`${up}${path}.py`, `${up}${path}/__init__.py`];
}

const patterns: readonly {
  readonly languages: RegExp;
  readonly pattern: RegExp;
  readonly candidates: (specifier: string) => readonly string[];
}[] = [
  {
    languages: /^(type|java)script/,
    pattern: /(?:from|import|require\()\s*['"](\.{1,2}\/[^'"\n]+)['"]/g,
    candidates: scriptCandidates,
  },
  {
    languages: /^python$/,
    pattern: /^\s*from\s+(\.[\w.]*|[\w.]+)\s+import/gm,
    candidates: pythonCandidates,
  },
  {
    languages: /^(c|cpp|cuda-cpp|objective-c)$/,
    pattern: /^\s*#\s*include\s+"([^"\n]+)"/gm,
    candidates: (specifier) => [specifier],
  },
];

/** The project's own files that a text imports, in order, each once. */
export function importsOf(languageId: string, text: string): readonly ImportSpecifier[] {
  const found = new Map<string, ImportSpecifier>();
  for (const { languages, pattern, candidates } of patterns) {
    if (!languages.test(languageId)) continue;
    for (const [, specifier = ''] of text.matchAll(pattern))
      found.set(specifier, { specifier, candidates: candidates(specifier) });
  }
  return [...found.values()];
}

/** Lines that declare something others can use. */
const declaration =
  /^(?:export\s|pub(?:\([^)]*\))?\s+\w+\s|(?:fn|impl|trait)\s|(?:async\s+)?def\s|class\s|func\s|type\s|(?:template|namespace|struct|enum|union|typedef|inline|extern|static|constexpr|virtual)\b|[\w:*&<>,\s]+\([^;{]*\)\s*[;{]\s*$|\s{2,4}(?:async\s+)?def\s|\s{2}(?:public|static|readonly)\s)/;

const longestLine = 300;

/** The declarations of a file without their bodies, at most `limit` characters. */
export function outlineOf(text: string, limit: number): string {
  const lines: string[] = [];
  let size = 0;
  for (const line of text.split('\n')) {
    if (line.length > longestLine || !declaration.test(line) || /^export\s+(\*|\{)/.test(line)) continue;
    const short = line.replace(/\s*\{\s*$/, '').trimEnd();
    if (size + short.length + 1 > limit) break;
    lines.push(short);
    size += short.length + 1;
  }
  return lines.join('\n');
}
