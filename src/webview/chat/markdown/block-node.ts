import { showBidiControls } from './clean.js';
import { frameCode } from './code-figure.js';
import { markdown } from './parser.js';
import { markProvisional } from './provisional.js';
import { sanitise } from './sanitise.js';
import type { BlockSpan } from './blocks.js';

export interface BlockSource {
  readonly kind: BlockSpan['kind'];
  readonly text: string;
  /** Characters of `text` from its start that are verified; all of them when `text.length`. */
  readonly verified: number;
}

/** The element of one block, safe to attach. */
export function blockNode(source: BlockSource): HTMLElement {
  const node = document.createElement('div');
  node.className = 'block';
  node.dir = 'auto';
  node.append(source.kind === 'plain' ? plainText(source.text) : rendered(source.text));
  if (source.verified < source.text.length) markProvisional(node, visibleLength(source));
  frameCode(node);
  showBidiControls(node);
  for (const link of node.querySelectorAll('a')) link.title = link.href;
  return node;
}

function rendered(text: string): DocumentFragment {
  return sanitise(markdown.render(text));
}

function plainText(text: string): HTMLElement {
  const pre = document.createElement('pre');
  pre.append(text);
  return pre;
}

/** How much of the rendered text the verified part makes: it is rendered by itself and its text measured. */
function visibleLength(source: BlockSource): number {
  const verified = source.text.slice(0, source.verified);
  if (source.verified === 0) return 0;
  return source.kind === 'plain' ? verified.length : (rendered(verified).textContent?.trimEnd().length ?? 0);
}
