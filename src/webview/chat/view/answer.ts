import { html, nothing, type TemplateResult } from 'lit';
import type { AssistantMessage } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { stepButtons } from '../../shared/step-buttons.js';
import type { Intents } from '../intents.js';
import { stoppedText } from '../format.js';
import { withoutBidiControls } from '../markdown/clean.js';
import { report } from './report.js';
import { tool } from './tool.js';

export interface AnswerPlace {
  /** Nothing follows it. */
  readonly last: boolean;
  /** Whether the person is asked if what follows may be replaced. */
  readonly asking: boolean;
}

export function answer(
  message: AssistantMessage,
  { last, asking }: AnswerPlace,
  intents: Intents,
): TemplateResult {
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
                run: () => intents.regenerate(message.id),
              })
        }
        ${tool({
          icon: 'copy',
          label: t('Copy answer'),
          run: () => intents.act({ type: 'copy', text: withoutBidiControls(message.text) }),
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
    ${asking ? replaceQuestion(intents) : nothing} ${trustLine(message, unchecked)}
    ${ending(message, last, intents)} ${message.report ? report(message.report) : nothing}
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

function replaceQuestion(intents: Intents): TemplateResult {
  return html`<div role="group" aria-label=${t('Regenerate')}>
    <p class="quiet">${t('Everything after this message is replaced.')}</p>
    <div class="steps">
      <vscode-button class="confirm" @click=${() => intents.confirmRegenerate()}
        >${t('Regenerate')}</vscode-button
      >
      <vscode-button secondary @click=${() => intents.cancelRegenerate()}>${t('Cancel')}</vscode-button>
    </div>
  </div>`;
}

/** Steps are offered where they lead on: under the last answer. */
function ending(message: AssistantMessage, last: boolean, intents: Intents): TemplateResult | typeof nothing {
  const { state } = message;
  if (state.kind === 'failed') {
    return html`<div class="failure">
      <p><span class="codicon codicon-error" aria-hidden="true"></span> ${state.failure.message}</p>
      ${
        last
          ? stepButtons(state.failure.steps, (step) => {
              if (step === 'retry') intents.regenerate(message.id);
              else intents.act({ type: 'step', step });
            })
          : nothing
      }
    </div>`;
  }
  if (state.kind === 'stopped') return html`<p class="quiet">${stoppedText(state.interrupted)}</p>`;
  if (state.kind === 'complete' && message.report?.stopReason === 'max-tokens') {
    return html`<p class="quiet">${t('Cut at the longest answer allowed (chat.maxTokens).')}</p>`;
  }
  return nothing;
}
