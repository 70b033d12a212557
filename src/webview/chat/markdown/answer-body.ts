import { blockNode, type BlockSource } from './block-node.js';
import { splitBlocks } from './blocks.js';
import { normalise } from './clean.js';

/** An answer's text at one moment. */
export interface AnswerContent {
  readonly text: string;
  readonly verifiedLength: number;
  readonly streaming: boolean;
}

interface ShownBlock extends BlockSource {
  readonly start: number;
  readonly node: HTMLElement;
}

/** Blocks at the end that later text may still change: "2" after a list may become its next item. */
const openBlocks = 2;

/**
 * Shows a growing markdown text. Only blocks that changed are rendered again; while text is appended, that is the last.
 */
export class AnswerBody {
  readonly #container: Element;
  #shown: readonly ShownBlock[] = [];
  #text = '';

  constructor(container: Element) {
    this.#container = container;
  }

  /** Blocks rendered since the start, for tests and the frame-time measurement. */
  renderedBlocks = 0;

  show(content: AnswerContent): void {
    const text = content.streaming ? heldBack(normalise(content.text)) : normalise(content.text);
    const kept = this.#stableBlocks(text);
    const from = endOf(kept.at(-1));
    const verifiedLength = normalise(content.text.slice(0, content.verifiedLength)).length;
    const wanted = [...kept, ...spansFrom(text, from)].map((block) => withVerified(block, verifiedLength));
    this.#replace(wanted);
    this.#text = text;
  }

  /** The blocks shown now that `text` cannot have changed. */
  #stableBlocks(text: string): readonly ShownBlock[] {
    const common = text.startsWith(this.#text) ? this.#text.length : commonPrefix(text, this.#text);
    const closed = this.#shown.slice(0, Math.max(0, this.#shown.length - openBlocks));
    return closed.filter((block) => block.kind === 'markdown' && endOf(block) <= common);
  }

  #replace(wanted: readonly (Positioned & Partial<Pick<ShownBlock, 'node'>>)[]): void {
    const next = wanted.map((block, index) => this.#reuse(block, this.#shown[index]));
    const keep = new Set(next.map((block) => block.node));
    for (const { node } of this.#shown) if (!keep.has(node)) node.remove();
    next.forEach(({ node }, index) => {
      const present = this.#container.children[index];
      if (present !== node) this.#container.insertBefore(node, present ?? null);
    });
    this.#shown = next;
  }

  #reuse(block: Positioned, shown: ShownBlock | undefined): ShownBlock {
    if (shown && same(shown, block)) return shown;
    this.renderedBlocks += 1;
    const { start, kind, text, verified } = block;
    return { start, kind, text, verified, node: blockNode(block) };
  }
}

type Positioned = BlockSource & { readonly start: number };

function spansFrom(text: string, from: number): readonly Positioned[] {
  const tail = text.slice(from);
  return splitBlocks(tail).map(({ start, end, kind }) => ({
    start: from + start,
    kind,
    text: tail.slice(start, end),
    verified: 0,
  }));
}

function withVerified(block: Positioned, verifiedLength: number): Positioned {
  const verified = Math.min(block.text.length, Math.max(0, verifiedLength - block.start));
  return { start: block.start, kind: block.kind, text: block.text, verified };
}

function same(shown: Positioned, wanted: Positioned): boolean {
  return (
    shown.start === wanted.start &&
    shown.verified === wanted.verified &&
    shown.kind === wanted.kind &&
    shown.text === wanted.text
  );
}

function endOf(block: Positioned | undefined): number {
  return block ? block.start + block.text.length : 0;
}

function commonPrefix(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a.charCodeAt(i) !== b.charCodeAt(i)) return i;
  return length;
}

/**
 * Without a last line that is nothing but markers yet ("-", "1.", "##"): what it will be is not known, and showing a
 * guess flickers ("text\n-" is a heading until the item's first letter arrives).
 */
export function heldBack(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1;
  return /^[ \t]*(?:[-=*+_#>|~`]+|\d+[.)]?)[ \t]*$/u.test(text.slice(lineStart, lineStart + 40))
    ? text.slice(0, lineStart)
    : text;
}
