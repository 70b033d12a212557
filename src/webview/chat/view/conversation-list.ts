import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatViewState, ConversationSummary } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { relativeTime } from '../../shared/words/times.js';
import type { Intents } from '../intents.js';
import type { ConversationList } from '../local.js';
import { tool } from './tool.js';

/** All conversations: search, open, rename, export, delete. */
export function conversationList(
  state: ChatViewState,
  list: ConversationList,
  intents: Intents,
): TemplateResult {
  const shown = list.found ?? state.conversations;
  return html`<main class="conversations">
    <input
      class="search"
      type="search"
      placeholder=${t('Search conversations')}
      aria-label=${t('Search conversations')}
      .value=${list.query}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) intents.search(event.target.value);
      }}
    />
    ${
      shown.length === 0
        ? html`<p class="quiet">${list.found ? t('Nothing found.') : t('No conversations yet.')}</p>`
        : nothing
    }
    <ul>
      ${repeat(
        shown,
        ({ id }) => id,
        (entry) =>
          html`<li class=${entry.id === state.active.id ? 'current' : ''}>${row(entry, list, intents)}</li>`,
      )}
    </ul>
  </main>`;
}

function row(entry: ConversationSummary, list: ConversationList, intents: Intents): TemplateResult {
  if (list.renaming === entry.id) return renameField(entry, intents);
  if (list.deleting === entry.id) return deleteQuestion(entry, intents);
  return html`
    <button type="button" class="entry" @click=${() => intents.act({ type: 'open', id: entry.id })}>
      <span class="name">${entry.title}</span>
      <span class="quiet">
        ${t('{0} messages', entry.messageCount)} · ${relativeTime(entry.updated, Date.now())}
      </span>
    </button>
    <div class="tools">
      ${tool({ icon: 'edit', label: t('Rename'), run: () => intents.changeList({ renaming: entry.id }) })}
      ${tool({
        icon: 'export',
        label: t('Export as Markdown'),
        run: () => intents.act({ type: 'export', id: entry.id }),
      })}
      ${tool({ icon: 'trash', label: t('Delete'), run: () => intents.changeList({ deleting: entry.id }) })}
    </div>
  `;
}

function renameField(entry: ConversationSummary, intents: Intents): TemplateResult {
  const done = () => intents.changeList({ renaming: null });
  return html`<input
    class="rename"
    aria-label=${t('New name')}
    .value=${entry.title}
    @blur=${done}
    @keydown=${(event: KeyboardEvent) => {
      if (event.isComposing || !(event.target instanceof HTMLInputElement)) return;
      if (event.key === 'Escape') done();
      if (event.key !== 'Enter') return;
      const title = event.target.value.trim();
      if (title !== '') intents.act({ type: 'rename', id: entry.id, title });
      done();
    }}
  />`;
}

function deleteQuestion(entry: ConversationSummary, intents: Intents): TemplateResult {
  return html`<div class="question" role="group" aria-label=${t('Delete')}>
    <p>${t('Delete “{0}”?', entry.title)}</p>
    <div class="steps">
      <vscode-button
        class="confirm"
        @click=${() => {
          intents.act({ type: 'delete', id: entry.id });
          intents.changeList({ deleting: null });
        }}
        >${t('Delete')}</vscode-button
      >
      <vscode-button secondary @click=${() => intents.changeList({ deleting: null })}
        >${t('Keep')}</vscode-button
      >
    </div>
  </div>`;
}
