import type { SelectorChoice } from '../webview-panel.js';
import type { Translate } from './translate.js';

/** Short name of a selector, as it stands in lists and legends. */
export function selectorName(selector: SelectorChoice, t: Translate): string {
  switch (selector) {
    case 'auto':
      return t('Automatic');
    case 'none':
      return t('None (dense)');
    case 'cats':
      return 'CATS';
    case 'chess':
      return 'CHESS';
    case 'topk':
      return 'Top-K';
    case 'griffin':
      return 'GRIFFIN';
    case 'rolling':
      return t('Rolling GRIFFIN');
    case 'teal':
      return 'TEAL';
    case 'qsparse':
      return 'Q-Sparse';
    case 'block-qsparse':
      return 'Block Q-Sparse';
    case 'exact-zero':
      return t('Exact zeros');
    case 'predictor':
      return t('Predictor');
  }
}

/** What a selector does, in one line. */
export function selectorMeaning(selector: SelectorChoice, t: Translate): string {
  switch (selector) {
    case 'auto':
      return t('The fastest one that measured faster than dense on this machine.');
    case 'none':
      return t('Nothing is skipped.');
    case 'cats':
      return t('Skips neurons whose gate is below one threshold a layer.');
    case 'chess':
      return t('Like CATS, with a threshold a neuron, weighted by what the neuron contributes.');
    case 'topk':
      return t('Keeps the neurons with the largest gates of each token.');
    case 'griffin':
      return t('Keeps the neurons that the prompt used most, for the whole answer.');
    case 'rolling':
      return t('Like GRIFFIN, chosen anew from every dense check.');
    case 'teal':
      return t('Skips input channels of small magnitude.');
    case 'qsparse':
      return t('Keeps exactly the largest input channels.');
    case 'block-qsparse':
      return t('Keeps the largest channels of every block of 32.');
    case 'exact-zero':
      return t('Skips only what is exactly zero: nothing is lost.');
    case 'predictor':
      return t('A small network foretells which neurons will matter.');
  }
}
