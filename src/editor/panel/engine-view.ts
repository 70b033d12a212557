import type {
  EngineState,
  ModelInfo,
  NativeBuild,
  NextStep,
  PanelEngineView,
  PanelModel,
} from '../../contract/index.js';

export interface EngineFacts {
  readonly state: EngineState;
  readonly native: NativeBuild | null;
  /** No model is chosen or on this machine: a request could not be answered. */
  readonly modelMissing: boolean;
}

/** The engine as the panel shows it. Before anything was asked of it, it counts as asleep. */
export function engineView({ state, native, modelMissing }: EngineFacts): PanelEngineView {
  switch (state.kind) {
    case 'ready':
      return { kind: 'ready', model: panelModel(state.model, native), busy: false };
    case 'working':
      return { kind: 'ready', model: panelModel(state.model, native), busy: true };
    case 'starting':
      return { kind: 'starting' };
    case 'loading':
      return { kind: 'loading', model: fileName(state.path), percent: percentOf(state.progress) };
    case 'error':
      return { kind: 'down', message: wordsOf(state.message, state.nextStep), steps: stepsAfterError };
    case 'no-model':
    case 'unloaded':
      return modelMissing ? { kind: 'no-model' } : { kind: 'asleep' };
  }
}

const stepsAfterError: readonly NextStep[] = ['restart-engine', 'choose-model', 'show-log'];

const percentOf = (progress: number) => Math.round(100 * Math.min(Math.max(progress, 0), 1));
const fileName = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
const wordsOf = (message: string, nextStep: string | undefined) => [message, nextStep ?? ''].join(' ').trim();

function panelModel(model: ModelInfo, native: NativeBuild | null): PanelModel {
  return {
    name: model.name,
    quantisation: model.identity.quantisation,
    layers: model.layers,
    weightBytes: model.weightBytes,
    extraMemoryBytes: model.extraMemoryBytes,
    gpuLayers: model.gpuLayers,
    stockReason: native?.kind === 'stock' ? native.reason : null,
    stepDowns: model.stepDowns,
    selectors: model.selectors,
  };
}
