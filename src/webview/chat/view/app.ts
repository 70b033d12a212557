import { html, nothing, type TemplateResult } from 'lit';
import type { ChatViewState } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import type { Local } from '../local.js';
import { composer } from './composer.js';
import { conversationList } from './conversation-list.js';
import { engineNotice } from './engine-notice.js';
import { header } from './header.js';
import { messages } from './messages.js';

/** The whole page. Before the editor's first snapshot it is a line that says so, never blank. */
export function app(state: ChatViewState | undefined, local: Local, intents: Intents): TemplateResult {
  if (!state) return html`<main class="waiting quiet">${t('Connecting to the editor…')}</main>`;
  return html`
    ${header(state.active, local, intents)}
    ${local.list ? conversationList(state, local.list, intents) : messages(state, local, intents)}
    <footer class="bottom">
      ${saidByAnswer(state, local) ? nothing : engineNotice(state.engine, intents)}
      ${local.notice ? html`<p class="notice">${local.notice}</p>` : nothing}
      ${composer(state, local, intents)}
    </footer>
  `;
}

/** The last answer says already that the engine is down, and what to do. */
function saidByAnswer({ engine, active }: ChatViewState, { list }: Local): boolean {
  const last = active.messages.at(-1);
  if (engine.kind !== 'down' || list || last?.role !== 'assistant') return false;
  return last.state.kind === 'failed' && last.state.failure.code === 'engine-down';
}
