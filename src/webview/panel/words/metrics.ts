import type { QualityMetric } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { nats, smallPercent } from '../../shared/words/numbers.js';

export function metricName(metric: QualityMetric): string {
  return metric === 'kl' ? t('KL divergence from Dense') : t('Tokens that differ from Dense');
}

/** What is counted, for those who do not know the name. */
export function metricMeaning(metric: QualityMetric): string {
  return metric === 'kl'
    ? t('How far the probabilities of the next token are from those of Dense, on average: 0 is the same.')
    : t('How often the likeliest next token is another one than with Dense.');
}

export function lossText(metric: QualityMetric, loss: number): string {
  return metric === 'kl' ? nats(loss) : smallPercent(loss);
}
