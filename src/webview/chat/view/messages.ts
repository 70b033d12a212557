import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatViewState } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { rovingFocus } from '../../shared/roving.js';
import type { Intents } from '../intents.js';
import type { Local } from '../local.js';
import { answer } from './answer.js';
import { question, questionEditor } from './question.js';

const moveFocus = rovingFocus('article');

/** The history: one Tab stop, arrow keys between messages, Tab from a message into its buttons. */
export function messages(state: ChatViewState, local: Local, intents: Intents): TemplateResult {
  return html`
    <main class="messages" @keydown=${moveFocus}>
      <div class="history">
        ${state.active.messages.length === 0 ? welcome() : ''}
        ${repeat(
          state.active.messages,
          (message) => message.id,
          (message, index) => {
            const editing = local.editing?.messageId === message.id ? local.editing.text : null;
            const last = index === state.active.messages.length - 1;
            const asking = local.regenerating === message.id;
            return guard([message, editing, last, asking], () =>
              message.role === 'assistant'
                ? answer(message, { last, asking }, intents)
                : editing === null
                  ? question(message, last, intents)
                  : questionEditor(message, editing, intents),
            );
          },
        )}
      </div>
    </main>
  `;
}

function welcome(): TemplateResult {
  return html`<div class="welcome">
    <span class="codicon codicon-comment-discussion" aria-hidden="true"></span>
    <h2>${t('Ask about your code')}</h2>
    <p class="quiet">
      ${t('The model runs on this machine. Add a selection, a file or problems below, or type # to name a file.')}
    </p>
  </div>`;
}
