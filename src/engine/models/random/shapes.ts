/** Widths of a made model: a llama with grouped-query attention and a gated FFN. */
export interface ModelShape {
  readonly name: string;
  readonly width: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
}

/** `tiny` is for tests; the others have the shapes of Qwen2.5-Coder 0.5B and 1.5B, and of Llama 3 8B. */
export const shapes: readonly ModelShape[] = [
  { name: 'tiny', width: 256, hidden: 1024, layers: 4, heads: 4, kvHeads: 2 },
  { name: '0.5B', width: 896, hidden: 4864, layers: 24, heads: 14, kvHeads: 2 },
  { name: '1.5B', width: 1536, hidden: 8960, layers: 28, heads: 12, kvHeads: 2 },
  { name: '8B', width: 4096, hidden: 14336, layers: 32, heads: 32, kvHeads: 8 },
];
