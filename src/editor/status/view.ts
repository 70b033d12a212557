import type { EngineState, LoadStep } from '../../contract/engine-info.js';
import { loadingFacts } from '../engine/state-facts.js';

/** Everything the status bar item depends on. */
export interface StatusInput {
  readonly engine: EngineState;
  /** Whether suggestions come while typing, here. */
  readonly completion: 'on' | 'off' | 'snoozed';
}

/** What the status bar shows. */
export type StatusKind =
  | { readonly kind: 'loading'; readonly step: LoadStep; readonly percent: number }
  | { readonly kind: 'starting' | 'ready' | 'working' | 'asleep' | 'off' | 'snoozed' | 'no-model' }
  | { readonly kind: 'error'; readonly message: string; readonly nextStep: string | undefined };

/** One state from the engine's state and the user's switches: trouble and progress come before the switches. */
export function statusKind({ engine, completion }: StatusInput): StatusKind {
  switch (engine.kind) {
    case 'error':
      return { kind: 'error', message: engine.message, nextStep: engine.nextStep };
    case 'loading':
      return loadingStatus(loadingFacts(engine));
    case 'starting':
      return { kind: 'starting' };
    default:
      break;
  }
  if (completion !== 'on') return { kind: completion };
  if (engine.kind === 'no-model') return { kind: 'no-model' };
  if (engine.kind === 'unloaded') return { kind: 'asleep' };
  return { kind: engine.kind };
}

const loadingStatus = ({ step, percent }: ReturnType<typeof loadingFacts>): StatusKind => ({
  kind: 'loading',
  step,
  percent,
});
