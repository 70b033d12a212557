import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { TaskState } from '../../../contract/index.js';
import { reason, t } from '../../shared/l10n.js';
import { button } from './button.js';

/** The progress of a running task with its cancel button, or why it failed; nothing while idle. */
export function taskView(
  task: TaskState,
  name: string,
  onCancel: () => void,
): TemplateResult | typeof nothing {
  switch (task.kind) {
    case 'idle':
      return nothing;
    case 'failed':
      return html`<p class="problem" role="alert">
        <span class="codicon codicon-error" aria-hidden="true"></span> ${task.message} ${task.nextStep ?? ''}
      </p>`;
    case 'running':
      return html`<div class="task">
        <vscode-progress-bar
          aria-label=${name}
          .value=${task.done}
          .max=${Math.max(task.total, 1)}
          .indeterminate=${task.total === 0}
        ></vscode-progress-bar>
        <span class="quiet">${reason(task.message)}</span>
        ${button({ text: t('Cancel'), kind: 'secondary', onPress: onCancel })}
      </div>`;
  }
}
