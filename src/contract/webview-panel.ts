import type { NextStep } from './conversation.js';
import type { LiveSample, LoadStep } from './engine-info.js';
import type { BenchRow, RefusedSelector } from './measurement.js';
import type { Mode, SelectorId } from './modes.js';
import type { QualityMetric, QualityTarget } from './quality.js';
import type { SelectorAvailability } from './sparsity.js';
import type { AcceptanceStatistics } from './statistics.js';

/** Named strengths of the checks, each a set of `sparsePilot.correction.*` values; `custom` when the settings match none. */
export const correctionStrengths = ['light', 'standard', 'strict'] as const;
export type CorrectionStrength = (typeof correctionStrengths)[number];

export type SelectorChoice = 'auto' | SelectorId;

/** The settings in force that the panel's knobs show. */
export interface KnobValues {
  readonly mode: Mode;
  readonly selector: SelectorChoice;
  /** What `auto` stands for now; otherwise the selector itself. */
  readonly selectorInForce: SelectorId;
  readonly density: number;
  readonly strength: CorrectionStrength | 'custom';
  /** Whether the density is steered to hold the target. */
  readonly hold: boolean;
  readonly target: QualityTarget;
}

/** One turn of a knob; the editor writes it to the settings. */
export type KnobChange =
  | { readonly knob: 'mode'; readonly value: Mode }
  | { readonly knob: 'selector'; readonly value: SelectorChoice }
  | { readonly knob: 'density'; readonly value: number }
  | { readonly knob: 'strength'; readonly value: CorrectionStrength }
  | { readonly knob: 'hold'; readonly value: boolean }
  | { readonly knob: 'target'; readonly value: QualityTarget };

/** The loaded model as the panel shows it. `stockReason`: the prebuilt binaries run, dense only, and why. */
export interface PanelModel {
  readonly name: string;
  readonly quantisation: string;
  readonly layers: number;
  readonly weightBytes: number;
  readonly extraMemoryBytes: number;
  readonly gpuLayers: number;
  readonly stockReason: string | null;
  readonly stepDowns: readonly string[];
  readonly selectors: readonly SelectorAvailability[];
}

export type PanelEngineView =
  | { readonly kind: 'ready'; readonly model: PanelModel; readonly busy: boolean }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'loading'; readonly model: string; readonly step: LoadStep; readonly percent: number }
  | { readonly kind: 'no-model' }
  | { readonly kind: 'down'; readonly message: string; readonly steps: readonly NextStep[] };

/** A measured setting. `frontier`: the metrics in which no other point is both faster and as good. */
export interface MeasuredPoint extends BenchRow {
  readonly id: string;
  readonly frontier: readonly QualityMetric[];
}

/** A sweep, kept per model and machine. `time`: milliseconds since the epoch. */
export interface Measurement {
  readonly model: string;
  readonly machine: string;
  readonly time: number;
  readonly threads: number;
  readonly denseTokensPerSecond: number;
  /** Of upstream's own decoding, timed in the same turns; absent in results of older versions. */
  readonly stockTokensPerSecond?: number;
  readonly points: readonly MeasuredPoint[];
  /** Selectors that do not run on this model, and why; absent in results of older versions. */
  readonly refused?: readonly RefusedSelector[];
}

/** A piece of background work the panel starts. */
export const panelTasks = ['measure', 'calibrate', 'compare'] as const;
export type PanelTask = (typeof panelTasks)[number];

export type TaskState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly total: number; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly nextStep: string | null };

/** What calibration of a folder would read. `seconds` is null while this machine's speed is not known. */
export interface CalibrationPlan {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly tokens: number;
  readonly seconds: number | null;
}

export interface CurvePoint {
  readonly density: number;
  readonly kl: number;
}

export interface CalibrationOutcome {
  readonly folder: string;
  readonly files: number;
  readonly tokens: number;
  readonly time: number;
  readonly before: readonly CurvePoint[];
  readonly after: readonly CurvePoint[];
}

/** A setting offered for comparison. */
export interface CompareSetting {
  readonly mode: Mode;
  readonly selector: SelectorChoice;
  readonly density: number;
}

/** A run of tokens that both sides have, or that only this side has. */
export interface ComparedPiece {
  readonly text: string;
  readonly differs: boolean;
}

export interface ComparedSide {
  readonly setting: CompareSetting;
  readonly pieces: readonly ComparedPiece[];
  readonly tokens: number;
  /** Medians over the interleaved runs. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly tokensPerSecond: number;
  readonly density: number;
  /** Why it ran dense although asked for otherwise. */
  readonly off: string | null;
}

export interface Comparison {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly runs: number;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
}

export interface PanelState {
  readonly engine: PanelEngineView;
  readonly knobs: KnobValues;
  /** Name of the settings profile in force; null when none matches. */
  readonly profile: string | null;
  readonly tasks: Readonly<Record<PanelTask, TaskState>>;
  readonly measurement: Measurement | null;
  readonly plan: CalibrationPlan | null;
  readonly calibration: CalibrationOutcome | null;
  readonly comparison: Comparison | null;
  readonly acceptance: AcceptanceStatistics;
}

/** Editor -> panel. `history` replaces the live samples (at most those of the last five minutes). */
export type PanelMessage =
  | { readonly type: 'state'; readonly state: PanelState }
  | { readonly type: 'history'; readonly samples: readonly LiveSample[] }
  | { readonly type: 'live'; readonly sample: LiveSample }
  | { readonly type: 'notice'; readonly text: string };

export const panelExports = ['measurement', 'live', 'calibration', 'comparison', 'acceptance'] as const;
export type PanelExport = (typeof panelExports)[number];
export const exportFormats = ['json', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Panel -> editor. */
export type PanelAction =
  | { readonly type: 'ready' }
  | { readonly type: 'turn'; readonly change: KnobChange }
  | { readonly type: 'measure' }
  | { readonly type: 'use'; readonly pointId: string }
  | { readonly type: 'chooseFolder' }
  | { readonly type: 'calibrate' }
  | { readonly type: 'compare'; readonly left: CompareSetting; readonly right: CompareSetting }
  | { readonly type: 'cancel'; readonly task: PanelTask }
  | { readonly type: 'export'; readonly what: PanelExport; readonly format: ExportFormat }
  | { readonly type: 'eraseAcceptance' }
  | { readonly type: 'chooseProfile' }
  | { readonly type: 'step'; readonly step: NextStep };

/** What the panel's page keeps of itself while hidden. */
export interface PanelPageState {
  /** How the plot measures loss; null while nobody has chosen: as the quality limit does. */
  readonly metric: QualityMetric | null;
  readonly left: CompareSetting;
  readonly right: CompareSetting;
  /** How far the page is scrolled, CSS pixels. */
  readonly scroll: number;
  /** Ids of the details that are unfolded. */
  readonly unfolded: readonly string[];
}
