import type { Handler } from '../register.js';
import type { Services } from '../services.js';

export const tokenize =
  ({ host }: Services): Handler<{ readonly text: string }, { readonly ids: readonly number[] }> =>
  ({ text }, signal) =>
    host.use(signal, (model) => Promise.resolve({ ids: model.vocabulary.encode(text) }));

export const detokenize =
  ({ host }: Services): Handler<{ readonly ids: readonly number[] }, { readonly text: string }> =>
  ({ ids }, signal) =>
    host.use(signal, (model) => Promise.resolve({ text: model.detokenize(ids) }));
