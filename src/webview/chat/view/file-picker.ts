import { html, type TemplateResult } from 'lit';
import { t } from '../../shared/l10n.js';
import type { Intents } from '../intents.js';
import type { FilePicker } from '../local.js';

export const pickerId = 'file-picker';
export const optionId = (index: number): string => `file-option-${index}`;

/** Files whose names fit what is typed after `#`. Focus stays in the text; arrow keys, Enter and Tab choose. */
export function filePicker(picker: FilePicker, intents: Intents): TemplateResult {
  if (picker.files.length === 0)
    return html`<p class="picker quiet" id=${pickerId}>
      ${picker.searching ? t('Searching…') : t('No file found.')}
    </p>`;
  return html`<ul class="picker" id=${pickerId} role="listbox" aria-label=${t('Files')}>
    ${picker.files.map(
      (file, index) =>
        html`<li
          id=${optionId(index)}
          role="option"
          aria-selected=${index === picker.index ? 'true' : 'false'}
          @mousedown=${(event: Event) => {
            event.preventDefault();
            intents.pick(index);
          }}
        >
          <span>${file.name}</span> <span class="folder">${file.folder}</span>
        </li>`,
    )}
  </ul>`;
}
