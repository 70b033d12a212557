import type { GenerationOptions, GenerationResult, NativeSequence } from './native-loop.js';

/** Runs a generation that nobody pauses to its end. @throws what {@link NativeSequence.start} and `run` throw */
export async function generateWhole(
  sequence: NativeSequence,
  prompt: readonly number[],
  options: GenerationOptions,
): Promise<GenerationResult> {
  const outcome = await sequence.start(prompt, options).run(() => undefined);
  if (outcome.kind !== 'finished') throw new Error('nobody paused this generation');
  return outcome.result;
}
