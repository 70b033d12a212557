import type { ModelInfo, SequenceName } from '../../contract/index.js';
import type { NativeSequence } from '../correction/native-loop.js';
import type { DetectedFim } from '../prompt/fim/detect.js';
import type { MeasuringContext } from '../measure/measuring-context.js';
import type { QualityKeeper } from '../quality/index.js';
import type { DraftSources } from '../prompt/draft-sources.js';
import type { Vocabulary } from '../prompt/vocabulary.js';
import type { ChatTemplate } from './chat-template.js';
import type { SparsityControl } from './sparsity-control.js';
import type { VramWatch } from './vram.js';

/** Opens contexts of their own on the loaded weights, to measure on. */
export interface MeasuringSource {
  /**
   * @param length positions it can hold. Dispose it.
   * @param profile the sparsity profile it works with, null for none; absent: the one in use
   * @throws Error with the reason when that profile is refused
   */
  open(length: number, profile?: string | null): Promise<MeasuringContext>;
}

/** A model in memory: one load of the weights, one context, a sequence for completion and one for chat. */
export interface LoadedModel {
  readonly info: ModelInfo;
  /** Threads that decode. */
  readonly threads: number;
  /** Milliseconds the load took, told once: 0 from the second call on. */
  takeLoadMs(): number;
  readonly vocabulary: Vocabulary;
  readonly draftSources: DraftSources;
  readonly fim: DetectedFim | null;
  readonly chat: ChatTemplate | null;
  readonly sequences: Readonly<Record<SequenceName, NativeSequence>>;
  readonly sparsity: SparsityControl;
  /** Moves the density of requests that ask for "quality first". */
  readonly quality: QualityKeeper;
  readonly vram: VramWatch;
  /** Null where everything runs dense: there is nothing to measure. */
  readonly measuring: MeasuringSource | null;
  detokenize(ids: readonly number[]): string;
  /** Frees everything. No generation may be running. */
  dispose(): Promise<void>;
}
