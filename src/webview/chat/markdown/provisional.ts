/**
 * Wraps the text under `root` from its `visible`-th character on into `span.provisional`, element by element, so that
 * the marking never changes the structure of the text.
 */
export function markProvisional(root: HTMLElement, visible: number): void {
  let seen = 0;
  for (const node of textNodes(root)) {
    const cut = Math.max(0, visible - seen);
    seen += node.data.length;
    if (cut >= node.data.length) continue;
    const tail = cut === 0 ? node : node.splitText(cut);
    if (tail.data.trim() === '') continue;
    const span = document.createElement('span');
    span.className = 'provisional';
    tail.replaceWith(span);
    span.append(tail);
  }
}

function textNodes(root: Node): readonly Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) nodes.push(node);
  }
  return nodes;
}
