import { html, nothing, type TemplateResult } from 'lit';
import type { KnobValues, Measurement } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { selectorName } from '../../shared/words/selectors.js';
import { button } from '../controls/button.js';
import type { Actions } from '../page.js';
import { lossText } from '../words/metrics.js';
import { density, ratio, speed } from '../../shared/words/numbers.js';
import { fastestWithin } from './within.js';

/** What the measurement says to use for the quality that is asked for, and why. */
export function advice(measurement: Measurement, knobs: KnobValues, actions: Actions): TemplateResult {
  const { target } = knobs;
  const best = fastestWithin(measurement.points, target);
  const limit = lossText(target.metric, target.limit);
  const skips = knobs.mode === 'fast' || knobs.mode === 'balanced';
  if (best !== undefined) {
    const inUse = skips && knobs.selectorInForce === best.selector && knobs.density === best.density;
    return html`<div class="advice">
      <p>
        ${t(
          'Within your limit of {0} the fastest is {1} at density {2}: {3}, {4} Dense.',
          limit,
          selectorName(best.selector),
          density(best.density),
          speed(best.tokensPerSecond),
          ratio(best.ratio),
        )}
      </p>
      ${
        inUse
          ? nothing
          : button({
              text: t('Use It'),
              kind: 'secondary',
              onPress: () => actions.post({ type: 'use', pointId: best.id }),
            })
      }
    </div>`;
  }
  return html`<div class="advice">
    <p>
      ${t('No sparse setting measured here gains speed within your limit of {0}. Dense is what to use: it loses nothing.', limit)}
      ${denseSpeed(measurement)}
    </p>
    ${
      skips
        ? button({
            text: t('Use Dense'),
            kind: 'secondary',
            onPress: () => actions.post({ type: 'turn', change: { knob: 'mode', value: 'dense' } }),
          })
        : nothing
    }
  </div>`;
}

/** What Dense's own kernels gain here; nothing where it was not measured. */
function denseSpeed({ denseTokensPerSecond, stockTokensPerSecond = 0 }: Measurement): string {
  if (stockTokensPerSecond <= 0) return '';
  return t(
    'It runs at {0}, {1} the speed of stock llama.cpp, with the same text.',
    speed(denseTokensPerSecond),
    ratio(denseTokensPerSecond / stockTokensPerSecond),
  );
}
