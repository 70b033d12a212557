import type { DenseProbe, QualityStatus, QualityTarget } from '../../contract/index.js';
import { addGain, gainIsKnown, noGain, type GainEstimate } from './gain.js';
import {
  addLoss,
  carryLoss,
  lossBounds,
  lossOf,
  memoryFor,
  noLoss,
  type LossEstimate,
} from './loss-estimate.js';
import { raisedDensity, loweredDensity, expectedLossFactor, verdict } from './step.js';

/** Fixed choices of the controller; {@link defaultTuning} suits token probes every 16-64 tokens. */
export interface Tuning {
  readonly minDensity: number;
  /** Above this density skipping cannot pay: the controller goes dense instead. */
  readonly maxDensity: number;
  /** Probes at a density before it may be changed. */
  readonly minProbes: number;
  /** Gain below which it switches off, and gain it must show in a trial after that. */
  readonly offBelow: number;
  readonly onAbove: number;
  /** Tokens until the first trial after switching off; doubles each time, up to 64 times. */
  readonly retryTokens: number;
  /** Probes during which a density that broke the limit is not tried again. */
  readonly avoidProbes: number;
}

export const defaultTuning: Tuning = {
  minDensity: 0.2,
  maxDensity: 0.95,
  minProbes: 8,
  offBelow: 1.03,
  onAbove: 1.05,
  retryTokens: 4096,
  avoidProbes: 256,
};

/** Where the controller is off and when it tries again. */
interface Rest {
  readonly reason: 'no-gain' | 'unreachable';
  readonly tokensLeft: number;
}

/** The controller's whole memory; plain data, so it can be stored and replayed. */
export interface ControllerState {
  readonly target: QualityTarget;
  readonly tuning: Tuning;
  readonly density: number;
  readonly loss: LossEstimate;
  readonly probes: number;
  readonly moves: number;
  /** The density below which the limit was broken lately, with the probes left until it may be tried again. */
  readonly avoid: { readonly density: number; readonly probesLeft: number } | null;
  readonly gain: GainEstimate;
  readonly rest: Rest | null;
  readonly rests: number;
}

/** What the engine tells the controller. `speed` is a ratio of tokens/s to dense, measured side by side. */
export type ControllerEvent =
  | { readonly kind: 'probe'; readonly probe: DenseProbe }
  | { readonly kind: 'speed'; readonly ratio: number }
  | { readonly kind: 'tokens'; readonly count: number };

/**
 * Starts at `density` (clamped to the tuning's range).
 * @throws RangeError when the limit is not a positive finite number.
 */
export function startController(
  target: QualityTarget,
  density: number,
  tuning: Tuning = defaultTuning,
): ControllerState {
  if (!(target.limit > 0) || !Number.isFinite(target.limit))
    throw new RangeError(`quality limit must be a positive number, got ${target.limit}`);
  const wanted = Number.isFinite(density) ? density : tuning.maxDensity;
  return {
    target,
    tuning,
    density: Math.min(Math.max(wanted, tuning.minDensity), tuning.maxDensity),
    loss: noLoss,
    probes: 0,
    moves: 0,
    avoid: null,
    gain: noGain,
    rest: null,
    rests: 0,
  };
}

/** Smaller steps down are not worth the probes that settle them. */
const smallestLowering = 0.015;

/** The next state. Pure: the same events give the same densities. */
export function control(state: ControllerState, event: ControllerEvent): ControllerState {
  switch (event.kind) {
    case 'probe':
      return state.rest ? state : onProbe(state, event.probe);
    case 'speed':
      return state.rest ? state : onSpeed(state, event.ratio);
    case 'tokens':
      return state.rest ? onRestTokens(state, state.rest, event.count) : state;
  }
}

/** The density to run with now; 1 (dense) while off. */
export function controlledDensity(state: ControllerState): number {
  return state.rest ? 1 : state.density;
}

export function qualityStatus(state: ControllerState): QualityStatus {
  const settled = state.loss.weight >= state.tuning.minProbes;
  return {
    target: state.target,
    phase: state.rest ? 'off' : settled ? 'holding' : 'settling',
    density: controlledDensity(state),
    loss: state.loss.weight > 0 ? state.loss.mean : null,
    probes: state.probes,
    gain: state.gain.count > 0 ? state.gain.ratio : null,
    ...(state.rest ? { off: state.rest.reason } : {}),
  };
}

function onProbe(state: ControllerState, probe: DenseProbe): ControllerState {
  const value = lossOf(probe, state.target.metric);
  if (value === null) return state;
  const loss = addLoss(state.loss, value, memoryFor(state.target));
  const left = state.avoid ? state.avoid.probesLeft - 1 : 0;
  const avoid = state.avoid && left > 0 ? { density: state.avoid.density, probesLeft: left } : null;
  const next = { ...state, loss, avoid, probes: state.probes + 1 };
  return loss.weight < state.tuning.minProbes ? next : decide(next);
}

function decide(state: ControllerState): ControllerState {
  const bounds = lossBounds(state.loss, state.target.metric);
  switch (verdict(bounds, state.target.limit)) {
    case 'hold':
      return state;
    case 'raise': {
      if (state.density >= state.tuning.maxDensity) return rest(state, 'unreachable');
      const density = Math.min(
        raisedDensity(state.target.metric, state.density, bounds.mean / state.target.limit),
        state.tuning.maxDensity,
      );
      return move(
        { ...state, avoid: { density: state.density, probesLeft: state.tuning.avoidProbes } },
        density,
      );
    }
    case 'lower': {
      const floor = Math.max(
        state.tuning.minDensity,
        state.avoid ? (state.avoid.density + state.density) / 2 : 0,
      );
      const density = Math.max(
        loweredDensity(state.target.metric, state.density, bounds.upper / state.target.limit),
        floor,
      );
      return state.density - density < smallestLowering ? state : move(state, density);
    }
  }
}

function move(state: ControllerState, density: number): ControllerState {
  const factor = expectedLossFactor(state.target.metric, state.density, density);
  return {
    ...state,
    density,
    moves: state.moves + 1,
    loss: carryLoss(state.loss, factor, state.tuning.minProbes / 2),
  };
}

function onSpeed(state: ControllerState, ratio: number): ControllerState {
  const gain = addGain(state.gain, ratio);
  const needed = state.rests > 0 ? state.tuning.onAbove : state.tuning.offBelow;
  const next = { ...state, gain };
  if (!gainIsKnown(gain)) return next;
  if (gain.ratio < needed) return rest(next, 'no-gain');
  return { ...next, rests: 0 };
}

function rest(state: ControllerState, reason: Rest['reason']): ControllerState {
  const tokensLeft = state.tuning.retryTokens * 2 ** Math.min(state.rests, 6);
  return { ...state, rest: { reason, tokensLeft }, rests: state.rests + 1 };
}

function onRestTokens(state: ControllerState, current: Rest, count: number): ControllerState {
  const tokensLeft = current.tokensLeft - Math.max(Number.isFinite(count) ? count : 0, 0);
  if (tokensLeft > 0) return { ...state, rest: { ...current, tokensLeft } };
  return { ...state, rest: null, gain: noGain, loss: noLoss, avoid: null };
}
