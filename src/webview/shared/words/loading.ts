import type { LoadStep } from '../../../contract/index.js';
import { t } from '../l10n.js';

/** A model on its way into memory, as both pages are told of it. */
export interface Loading {
  readonly model: string;
  readonly step: LoadStep;
  /** 0 to 100. */
  readonly percent: number;
}

export const loadingText = ({ model, step, percent }: Loading): string =>
  step === 'checking' ? t('Checking {0}: {1}%', model, percent) : t('Loading {0}: {1}%', model, percent);
