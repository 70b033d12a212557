import { html, type TemplateResult } from 'lit';
import type { ConversationView } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import type { Local } from '../local.js';
import { tool } from './tool.js';

/** Title of the conversation; it opens the list of all. (A new one is made by the button in the view's title bar.) */
export function header(active: ConversationView, local: Local, intents: Intents): TemplateResult {
  return html`
    <header class="top">
      <button
        type="button"
        class="title"
        aria-expanded=${local.list ? 'true' : 'false'}
        title=${t('Show conversations')}
        @click=${() => intents.toggleList()}
      >
        <span class="codicon codicon-chevron-${local.list ? 'down' : 'right'}" aria-hidden="true"></span>
        <h1>${active.title}</h1>
      </button>
      ${tool({
        icon: 'export',
        label: t('Export as Markdown'),
        run: () => intents.act({ type: 'export', id: active.id }),
      })}
    </header>
  `;
}
