import type { EngineErrorCode } from '../../contract/errors.js';

/** Looks a text up in the user's language. */
export type Translate = (text: string) => string;

/** The cause of an engine error and what to do about it, without the details that only the engine knows. */
export interface CodeWords {
  readonly cause: string;
  readonly nextStep: string;
}

/** Every code of the engine's errors in words. */
export function codeWords(code: EngineErrorCode, t: Translate): CodeWords {
  switch (code) {
    case 'model-not-found':
      return { cause: t('The model file is not there.'), nextStep: t('Choose or download a model.') };
    case 'model-not-gguf':
      return { cause: t('The file is not a usable GGUF model.'), nextStep: t('Choose another file.') };
    case 'model-truncated':
      return { cause: t('The model file is incomplete.'), nextStep: t('Download the model again.') };
    case 'model-hash-mismatch':
      return {
        cause: t('The model file is not the one it should be.'),
        nextStep: t('Delete it and download the model again.'),
      };
    case 'model-unsupported':
      return { cause: t('This model cannot be used here.'), nextStep: t('Choose another model.') };
    case 'model-too-large':
      return {
        cause: t('The model is larger than the memory of this machine.'),
        nextStep: t('Choose a smaller model or a stronger quantisation.'),
      };
    case 'no-model':
      return { cause: t('No model is loaded.'), nextStep: t('Choose a model first.') };
    case 'context-full':
      return {
        cause: t('The context of the model is full.'),
        nextStep: t('Use a larger context or a shorter prompt.'),
      };
    case 'out-of-memory':
      return {
        cause: t('There is not enough memory.'),
        nextStep: t('Close other programs or choose a smaller model.'),
      };
    case 'bad-request':
      return {
        cause: t('The engine cannot do what was asked of it.'),
        nextStep: t('Look at the settings.'),
      };
    case 'cancelled':
      return { cause: t('It was cancelled.'), nextStep: '' };
    case 'download-failed':
      return {
        cause: t('The download failed.'),
        nextStep: t('Check the network and try again: what has arrived is kept.'),
      };
    case 'disk-full':
      return { cause: t('The disk is full.'), nextStep: t('Free some space or choose another folder.') };
    case 'read-only':
      return {
        cause: t('The folder cannot be written to.'),
        nextStep: t('Choose another folder for models.'),
      };
    case 'native-missing':
      return {
        cause: t('The native part of Sparse Pilot cannot be loaded.'),
        nextStep: t('Install the extension again, or look at the log.'),
      };
    case 'engine-down':
      return {
        cause: t('The engine stopped.'),
        nextStep: t('It restarts by itself; if it does not, restart the engine.'),
      };
    case 'not-built-yet':
      return { cause: t('This is not built yet.'), nextStep: t('Choose another setting.') };
    case 'profile-refused':
      return {
        cause: t('What calibration learnt does not fit this model.'),
        nextStep: t('Calibrate again.'),
      };
    case 'nothing-to-measure':
      return {
        cause: t('There is nothing to measure: everything runs dense here.'),
        nextStep: t('Read in the panel, above the settings, why it does.'),
      };
    case 'internal':
      return {
        cause: t('Something went wrong in the engine.'),
        nextStep: t('Look at the log, or restart the engine.'),
      };
  }
}
