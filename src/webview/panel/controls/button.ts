import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, type TemplateResult } from 'lit';

export interface Button {
  readonly text: string;
  /** Codicon name. */
  readonly icon?: string;
  readonly kind?: 'primary' | 'secondary';
  readonly onPress: () => void;
}

export function button({ text, icon, kind, onPress }: Button): TemplateResult {
  return html`<vscode-button ?secondary=${kind === 'secondary'} icon=${icon ?? ''} @click=${onPress}
    >${text}</vscode-button
  >`;
}
