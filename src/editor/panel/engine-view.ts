import type {
  EngineState,
  ModelInfo,
  NativeBuild,
  PanelEngineView,
  PanelModel,
} from '../../contract/index.js';
import { downFacts, loadingFacts } from '../engine/state-facts.js';

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
      return { kind: 'loading', ...loadingFacts(state) };
    case 'error':
      return { kind: 'down', ...downFacts(state) };
    case 'no-model':
    case 'unloaded':
      return modelMissing ? { kind: 'no-model' } : { kind: 'asleep' };
  }
}

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
