/** Characters that reorder or hide text without being seen (Unicode bidirectional controls, "Trojan Source"). */
const bidiControls = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text as the parser wants it: newlines as \n, no NUL. */
export function normalise(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replaceAll('\0', '\uFFFD');
}

/** What is copied or inserted into a file: the text as it was seen, so without invisible reordering. */
export function withoutBidiControls(text: string): string {
  return text.replace(bidiControls, '');
}

/** Replaces every bidirectional control under `root` by a visible mark that names it. */
export function showBidiControls(root: ParentNode & Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text && node.data.search(bidiControls) >= 0) found.push(node);
  }
  for (const node of found) node.replaceWith(...marked(node.data));
}

function marked(text: string): readonly (string | Node)[] {
  const parts: (string | Node)[] = [];
  let from = 0;
  for (const match of text.matchAll(bidiControls)) {
    parts.push(text.slice(from, match.index), mark(match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

function mark(control: string): Node {
  const element = document.createElement('span');
  element.className = 'hidden-control';
  element.textContent = `U+${(control.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return element;
}
