import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ChatViewState } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import type { FilePicker, Local } from '../local.js';
import { contextBar } from './context-bar.js';
import { filePicker, optionId, pickerId } from './file-picker.js';
import { meter, unread } from './meter.js';
import { tool } from './tool.js';

/** Where a message is written, with what goes along with it. Enter sends, Shift+Enter breaks the line. */
export function composer(state: ChatViewState, local: Local, intents: Intents): TemplateResult {
  const answering = state.active.messages.at(-1);
  const streaming = answering?.role === 'assistant' && answering.state.kind === 'streaming';
  return html`<form class="composer" @submit=${(event: Event) => event.preventDefault()}>
    ${contextBar(state.attachments, intents)} ${local.picker ? filePicker(local.picker, intents) : nothing}
    <textarea
      class="input"
      rows="1"
      aria-label=${t('Message to the model')}
      placeholder=${t('Ask, or type # to add a file')}
      aria-autocomplete="list"
      aria-controls=${local.picker ? pickerId : nothing}
      aria-activedescendant=${local.picker?.files.length ? optionId(local.picker.index) : nothing}
      .value=${live(local.draft)}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLTextAreaElement)
          intents.draft(event.target.value, event.target.selectionStart);
      }}
      @keydown=${(event: KeyboardEvent) => onKey(event, local.picker, streaming, intents)}
    ></textarea>
    ${unread(state.usage)}
    <div class="row">
      ${meter(state.usage)}
      ${tool({
        icon: 'settings-gear',
        label: state.systemPrompt ? t('System prompt: {0}', state.systemPrompt) : t('Set a system prompt'),
        run: () => intents.act({ type: 'editSystemPrompt' }),
      })}
      ${
        streaming
          ? html`<vscode-button secondary @click=${() => intents.act({ type: 'stop' })}
              >${t('Stop')}</vscode-button
            >`
          : html`<vscode-button ?disabled=${local.draft.trim() === ''} @click=${() => intents.send()}
              >${t('Send')}</vscode-button
            >`
      }
    </div>
  </form>`;
}

function onKey(event: KeyboardEvent, picker: FilePicker | null, streaming: boolean, intents: Intents): void {
  if (event.isComposing) return;
  const run =
    picker && (picker.searching || picker.files.length > 0)
      ? pickerKey(event, picker, intents)
      : plainKey(event, streaming, intents);
  if (!run) return;
  event.preventDefault();
  run();
}

function pickerKey(event: KeyboardEvent, picker: FilePicker, intents: Intents): (() => void) | undefined {
  switch (event.key) {
    case 'ArrowDown':
      return () => intents.movePick(1);
    case 'ArrowUp':
      return () => intents.movePick(-1);
    case 'Enter':
    case 'Tab':
      return () => intents.pick(picker.index);
    case 'Escape':
      return () => intents.closePicker();
    default:
      return undefined;
  }
}

function plainKey(event: KeyboardEvent, streaming: boolean, intents: Intents): (() => void) | undefined {
  if (event.key === 'Enter' && !event.shiftKey) return () => intents.send();
  if (event.key === 'Escape' && streaming) return () => intents.act({ type: 'stop' });
  return undefined;
}
