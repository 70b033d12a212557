import type { PromptPart } from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * The token array of a prompt given in parts, with the model's BOS in front where it wants one.
 * @throws EngineError `bad-request` for a special token that the model does not have
 */
export function encodeParts(parts: readonly PromptPart[], vocabulary: Vocabulary): number[] {
  const ids = parts.flatMap((part) => encodePart(part, vocabulary));
  const { bos } = vocabulary;
  return bos === null || ids[0] === bos ? ids : [bos, ...ids];
}

function encodePart(part: PromptPart, vocabulary: Vocabulary): readonly number[] {
  switch (part.kind) {
    case 'text':
      return vocabulary.encode(part.text);
    case 'tokens':
      return part.ids;
    case 'special': {
      const id = vocabulary.special(part.token);
      if (id === null) throw new EngineError('bad-request', `The model has no special token ${part.token}.`);
      return [id];
    }
  }
}
