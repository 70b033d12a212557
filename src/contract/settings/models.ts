import { text } from './kinds.js';

export const models = {
  model: text({
    id: 'models.model',
    text: 'The catalogue name of the model to use. Empty: the one recommended for this machine; the command *Sparse Pilot: Choose Model* lists all.',
    default: '',
    scope: 'machine',
  }),
  file: text({
    id: 'models.file',
    text: 'A GGUF file on this machine to use in place of a model from the catalogue.',
    default: '',
    scope: 'machine',
  }),
  folder: text({
    id: 'models.folder',
    text: "Where downloaded models are kept. Empty: the extension's own storage.",
    default: '',
    scope: 'machine',
  }),
} as const;
