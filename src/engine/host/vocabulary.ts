import type { LlamaModel } from 'node-llama-cpp';
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
