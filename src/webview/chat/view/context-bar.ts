import { html, type TemplateResult } from 'lit';
import type { AttachSource, AttachmentChip } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { chipLabel } from '../format.js';
import type { Intents } from '../intents.js';

const sources: readonly {
  readonly source: AttachSource;
  readonly icon: string;
  readonly label: () => string;
}[] = [
  { source: 'selection', icon: 'selection', label: () => t('Selection') },
  { source: 'current-file', icon: 'file-code', label: () => t('Current file') },
  { source: 'problems', icon: 'warning', label: () => t('Problems') },
];

/** What can be sent along, and what will be. */
export function contextBar(attachments: readonly AttachmentChip[], intents: Intents): TemplateResult {
  return html`<div class="context">
    ${sources.map(
      ({ source, icon, label }) =>
        html`<button
          type="button"
          class="add"
          title=${t('Add to the message: {0}', label())}
          aria-label=${t('Add to the message: {0}', label())}
          @click=${() => intents.act({ type: 'attach', source })}
        >
          <span class="codicon codicon-${icon}" aria-hidden="true"></span><span class="name">${label()}</span>
        </button>`,
    )}
    ${attachments.map((chip) => attached(chip, intents))}
  </div>`;
}

function attached(chip: AttachmentChip, intents: Intents): TemplateResult {
  const label = chipLabel(chip);
  const left = chip.omitted > 0 ? t('{0}, cut by {1} characters', chip.path, chip.omitted) : chip.path;
  return html`<span class="chip" title=${left}>
    ${label}${chip.omitted > 0 ? html` <span class="quiet">${t('cut')}</span>` : ''}
    <button
      type="button"
      class="tool codicon codicon-close"
      title=${t('Remove {0}', label)}
      aria-label=${t('Remove {0}', label)}
      @click=${() => intents.act({ type: 'detach', id: chip.id })}
    ></button>
  </span>`;
}
