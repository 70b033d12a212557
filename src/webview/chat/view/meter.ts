import { html, nothing, type TemplateResult } from 'lit';
import type { ChatUsage } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';

/** How much of the model's context this conversation and the message being written would fill. */
export function meter(usage: ChatUsage | null): TemplateResult {
  if (!usage || usage.contextSize <= 0) return html`<span class="usage"></span>`;
  const share = Math.min(1, usage.tokens / usage.contextSize);
  const label = t('{0} of {1} tokens of context used', usage.tokens, usage.contextSize);
  return html`<span class="usage" title=${label}>
    <meter
      min="0"
      max=${usage.contextSize}
      high=${usage.contextSize * 0.9}
      value=${Math.min(usage.tokens, usage.contextSize)}
      aria-label=${label}
    ></meter>
    <span class="quiet" aria-hidden="true">${t('Context {0}%', Math.round(share * 100))}</span>
  </span>`;
}

/** What the model no longer reads of a conversation that outgrew its context. */
export function unread(usage: ChatUsage | null): TemplateResult | typeof nothing {
  if (!usage || usage.droppedTurns === 0) return nothing;
  return html`<p class="quiet unread">
    ${
      usage.droppedTurns === 1
        ? t('The oldest turn is not read any more')
        : t('The oldest {0} turns are not read any more', usage.droppedTurns)
    }
  </p>`;
}
