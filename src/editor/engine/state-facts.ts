import type { EngineState, LoadStep, NextStep } from '../../contract/index.js';

type Loading = Extract<EngineState, { kind: 'loading' }>;
type Down = Extract<EngineState, { kind: 'error' }>;

/** A load as it is shown: the file's name and whole percents of the step. */
export function loadingFacts({ path, progress, step }: Loading): {
  readonly model: string;
  readonly percent: number;
  readonly step: LoadStep;
} {
  return {
    model: path.split(/[\\/]/u).at(-1) ?? path,
    step,
    percent: Math.round(100 * Math.min(Math.max(progress, 0), 1)),
  };
}

/** An engine that is down: why, and what a person can do. */
export function downFacts({ message, nextStep }: Down): {
  readonly message: string;
  readonly steps: readonly NextStep[];
} {
  return {
    message: [message, nextStep ?? ''].join(' ').trim(),
    steps: ['restart-engine', 'choose-model', 'show-log'],
  };
}
