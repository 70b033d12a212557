import { html, nothing, type TemplateResult } from 'lit';
import type { AssistantMessage } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import { report } from './report.js';
import { stepButtons } from './steps.js';
import { tool } from './tool.js';

export function answer(message: AssistantMessage, last: boolean, intents: Intents): TemplateResult {
  const streaming = message.state.kind === 'streaming';
  const unchecked = isUnchecked(message);
  return html`<article
    class="message assistant ${unchecked ? 'unchecked' : ''}"
    tabindex=${last ? 0 : -1}
    aria-label=${t('Answer')}
    aria-busy=${streaming ? 'true' : 'false'}
  >
    <div class="bar">
      <span class="who">Sparse Pilot</span>
      <div class="tools">
        ${
          streaming
            ? nothing
            : tool({
                icon: 'refresh',
                label: t('Regenerate'),
                run: () => intents.act({ type: 'regenerate', messageId: message.id }),
              })
        }
        ${tool({
          icon: 'copy',
          label: t('Copy answer'),
          run: () => intents.act({ type: 'copy', text: message.text }),
        })}
      </div>
    </div>
    <sparse-answer
      class="markdown"
      .content=${{
        text: message.text,
        verifiedLength: unchecked ? message.text.length : message.verifiedLength,
        streaming,
      }}
    ></sparse-answer>
    ${
      streaming && message.text === ''
        ? html`<p class="quiet thinking">${t('Reading the prompt…')}</p>`
        : nothing
    }
    ${trustLine(message, unchecked)} ${ending(message, intents)}
    ${message.report ? report(message.report) : nothing}
  </article>`;
}

/** A finished answer of which nothing was checked: Fast mode. Marking every word of it would only be noise. */
function isUnchecked(message: AssistantMessage): boolean {
  return message.state.kind !== 'streaming' && message.text !== '' && message.verifiedLength === 0;
}

function trustLine(message: AssistantMessage, unchecked: boolean): TemplateResult | typeof nothing {
  if (unchecked) return html`<p class="quiet trust">${t('Not checked by the dense model.')}</p>`;
  if (message.verifiedLength >= message.text.length) return nothing;
  return html`<p class="quiet trust">
    <span class="provisional">${t('Underlined')}</span> ${t('text is not checked yet.')}
  </p>`;
}

function ending(message: AssistantMessage, intents: Intents): TemplateResult | typeof nothing {
  const { state } = message;
  if (state.kind === 'failed') {
    return html`<div class="failure" role="alert">
      <p><span class="codicon codicon-error" aria-hidden="true"></span> ${state.failure.message}</p>
      ${stepButtons(state.failure.steps, intents)}
    </div>`;
  }
  if (state.kind === 'stopped') return html`<p class="quiet">${t('Stopped.')}</p>`;
  if (state.kind === 'complete' && message.report?.stopReason === 'max-tokens') {
    return html`<p class="quiet">${t('Cut at the longest answer allowed (chat.maxTokens).')}</p>`;
  }
  return nothing;
}
