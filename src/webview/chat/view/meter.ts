import { html, nothing, type TemplateResult } from 'lit';
import type { ChatUsage } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';

/** How much of the model's context this conversation and the message being written would fill. */
export function meter(usage: ChatUsage | null): TemplateResult {
  if (!usage || usage.contextSize <= 0) return html`<span class="usage"></span>`;
  const share = Math.min(1, usage.tokens / usage.contextSize);
  const label = t('{0} of {1} tokens of context used', usage.tokens, usage.contextSize);
  const unread =
    usage.droppedTurns === 1
      ? t('The oldest turn is not read any more')
      : t('The oldest {0} turns are not read any more', usage.droppedTurns);
  return html`<span class="usage" title=${label}>
    <meter
      min="0"
      max=${usage.contextSize}
      high=${usage.contextSize * 0.9}
      value=${Math.min(usage.tokens, usage.contextSize)}
      aria-label=${label}
    ></meter>
    <span class="quiet" aria-hidden="true">${Math.round(share * 100)}%</span>
    ${usage.droppedTurns > 0 ? html`<span class="quiet unread">${unread}</span>` : nothing}
  </span>`;
}
