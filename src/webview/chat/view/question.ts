import { html, type TemplateResult } from 'lit';
import type { UserMessageView } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { chipLabel } from '../format.js';
import type { Intents } from '../intents.js';
import { tool } from './tool.js';

export function question(message: UserMessageView, last: boolean, intents: Intents): TemplateResult {
  return html`<article class="message user" tabindex=${last ? 0 : -1} aria-label=${t('You')}>
    <div class="bar">
      <span class="who">${t('You')}</span>
      <div class="tools">
        ${tool({
          icon: 'edit',
          label: t('Edit and send again'),
          run: () => intents.startEdit(message.id, message.text),
        })}
        ${tool({ icon: 'copy', label: t('Copy'), run: () => intents.act({ type: 'copy', text: message.text }) })}
      </div>
    </div>
    <div class="text" dir="auto">${message.text}</div>
    ${
      message.attachments.length > 0
        ? html`<ul class="chips" aria-label=${t('Sent along')}>
            ${message.attachments.map((chip) => html`<li class="chip" title=${chip.path}>${chipLabel(chip)}</li>`)}
          </ul>`
        : ''
    }
  </article>`;
}

export function questionEditor(message: UserMessageView, text: string, intents: Intents): TemplateResult {
  return html`<article class="message user editing" tabindex="-1" aria-label=${t('You')}>
    <textarea
      class="edit-input"
      aria-label=${t('Edit message')}
      .value=${text}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLTextAreaElement) intents.changeEdit(event.target.value);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.isComposing) return;
        if (event.key === 'Escape') intents.cancelEdit();
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        intents.sendEdit();
      }}
    ></textarea>
    <p class="quiet">${t('Everything after this message is replaced.')}</p>
    <div class="steps">
      <vscode-button @click=${() => intents.sendEdit()}>${t('Send')}</vscode-button>
      <vscode-button secondary @click=${() => intents.cancelEdit()}>${t('Cancel')}</vscode-button>
    </div>
  </article>`;
}
