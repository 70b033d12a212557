/** A node of the radix trie: the text on the edge to it, and what was stored where its path ends. */
interface Node<Value> {
  edge: string;
  value: { readonly content: Value; usedAt: number } | undefined;
  readonly children: Map<string, Node<Value>>;
}

/** A stored value whose key is a beginning of the text that was looked up. */
export interface Hit<Value> {
  /** What of the looked-up text comes after the key. */
  readonly rest: string;
  readonly value: Value;
}

const node = <Value>(edge: string): Node<Value> => ({ edge, value: undefined, children: new Map() });

function commonLength(left: string, right: string, from: number): number {
  const longest = Math.min(left.length, right.length - from);
  let length = 0;
  while (length < longest && left.charCodeAt(length) === right.charCodeAt(from + length)) length += 1;
  return length;
}

/**
 * Values by text keys, found again from every text that begins with a key. Keys share their beginnings, so that prompts that
 * grow by a keystroke cost a few characters each. Holds at most `capacity` values; the least recently used goes first.
 */
export class RadixTrie<Value> {
  private readonly root: Node<Value> = node('');
  private count = 0;
  private time = 0;

  /** @param capacity number of values, at least 1 */
  public constructor(private readonly capacity: number) {}

  public get size(): number {
    return this.count;
  }

  /** Stores a value, in place of one with the same key. */
  public set(key: string, content: Value): void {
    const target = this.descend(key);
    if (target.value === undefined) this.count += 1;
    target.value = { content, usedAt: (this.time += 1) };
    if (this.count > this.capacity) this.evict();
  }

  /** Every value whose key begins `text`, longest key first. */
  public find(text: string): readonly Hit<Value>[] {
    const hits: Hit<Value>[] = [];
    let at = 0;
    let current: Node<Value> | undefined = this.root;
    while (current !== undefined) {
      if (commonLength(current.edge, text, at) < current.edge.length) break;
      at += current.edge.length;
      if (current.value !== undefined) {
        current.value.usedAt = this.time += 1;
        hits.unshift({ rest: text.slice(at), value: current.value.content });
      }
      current = current.children.get(text.charAt(at));
    }
    return hits;
  }

  public clear(): void {
    this.root.children.clear();
    this.root.value = undefined;
    this.count = 0;
  }

  private descend(key: string): Node<Value> {
    let current = this.root;
    let at = 0;
    while (at < key.length) {
      const child = current.children.get(key.charAt(at));
      if (child === undefined) {
        const added = node<Value>(key.slice(at));
        current.children.set(key.charAt(at), added);
        return added;
      }
      const shared = commonLength(child.edge, key, at);
      current = shared < child.edge.length ? this.split(current, child, shared) : child;
      at += shared;
    }
    return current;
  }

  private split(parent: Node<Value>, child: Node<Value>, length: number): Node<Value> {
    const upper = node<Value>(child.edge.slice(0, length));
    child.edge = child.edge.slice(length);
    upper.children.set(child.edge.charAt(0), child);
    parent.children.set(upper.edge.charAt(0), upper);
    return upper;
  }

  private evict(): void {
    let oldest: { readonly owner: Node<Value>; readonly usedAt: number } | undefined;
    const visit = (current: Node<Value>): void => {
      const usedAt = current.value?.usedAt;
      if (usedAt !== undefined && usedAt < (oldest?.usedAt ?? Infinity)) oldest = { owner: current, usedAt };
      for (const child of current.children.values()) visit(child);
    };
    visit(this.root);
    if (oldest === undefined) return;
    oldest.owner.value = undefined;
    this.count -= 1;
    this.prune(this.root);
  }

  private prune(current: Node<Value>): void {
    for (const [first, child] of current.children) {
      this.prune(child);
      if (child.value !== undefined) continue;
      const [only, ...others] = child.children.values();
      if (only === undefined) current.children.delete(first);
      else if (others.length === 0) {
        only.edge = child.edge + only.edge;
        current.children.set(first, only);
      }
    }
  }
}
