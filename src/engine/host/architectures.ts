import {
  architecturesWithoutGeneration,
  architecturesWithoutRollback,
  loadableArchitectures,
} from './architecture-lists.js';

/** Architectures that can be loaded here to generate text. */
export const knownArchitectures: ReadonlySet<string> = new Set(
  [...loadableArchitectures].filter((name) => !architecturesWithoutGeneration.has(name)),
);

/**
 * Why a model of this architecture is not used for completion; undefined when it is. Where evaluated tokens cannot be taken back,
 * every keystroke would evaluate the whole prompt again, and drafts could not be rolled back.
 */
export function completionRefusal(architecture: string): string | undefined {
  if (!architecturesWithoutRollback.has(architecture)) return undefined;
  return `Models of the ${architecture} architecture cannot take back evaluated tokens, so each keystroke would evaluate everything again. Choose another model for completion; this one can chat.`;
}
