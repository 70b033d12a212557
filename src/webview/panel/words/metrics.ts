import type { QualityMetric } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { nats, smallPercent } from './numbers.js';

export function metricName(metric: QualityMetric): string {
  return metric === 'kl' ? t('KL divergence from Dense') : t('Tokens that differ from Dense');
}

export function lossText(metric: QualityMetric, loss: number): string {
  return metric === 'kl' ? nats(loss) : smallPercent(loss);
}
