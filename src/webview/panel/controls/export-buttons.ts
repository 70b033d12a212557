import { html, type TemplateResult } from 'lit';
import { exportFormats, type PanelExport } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import type { Actions } from '../page.js';
import { button } from './button.js';

/** A button a format. */
export function exportButtons(what: PanelExport, { post }: Actions): TemplateResult {
  return html`<span class="exports" role="group" aria-label=${t('Export')}>
    ${exportFormats.map((format) =>
      button({
        text: t('Export {0}', format.toUpperCase()),
        kind: 'secondary',
        onPress: () => post({ type: 'export', what, format }),
      }),
    )}
  </span>`;
}
