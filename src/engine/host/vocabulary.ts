import type { LlamaModel } from 'node-llama-cpp';
import type { FimTokens } from '../prompt/fim/order.js';
import type { Vocabulary } from '../prompt/vocabulary.js';

/** A loaded model's tokenizer, as prompt building sees it. */
export function modelVocabulary(model: LlamaModel): Vocabulary {
  return {
    encode: (text) => (text === '' ? [] : model.tokenize(text, false, 'trimLeadingSpace')),
    special: (text) => {
      const [id, ...more] = model.tokenize(text, true, 'trimLeadingSpace');
      if (id === undefined || more.length > 0) return null;
      return model.detokenize([id], true) === text ? id : null;
    },
    bos: model.tokens.shouldPrependBosToken ? model.tokens.bos : null,
  };
}

/** The fill-in-the-middle tokens that the model's file names, or that llama.cpp knows by their text. */
export function declaredFim({ tokens: { infill } }: LlamaModel): Partial<FimTokens> {
  const { prefix, suffix, middle } = infill;
  return {
    ...(prefix !== null && { prefix }),
    ...(suffix !== null && { suffix }),
    ...(middle !== null && { middle }),
  };
}
