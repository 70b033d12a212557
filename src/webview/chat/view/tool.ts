import { html, type TemplateResult } from 'lit';

export interface Tool {
  /** Codicon name. */
  readonly icon: string;
  readonly label: string;
  readonly run: () => void;
}

/**
 * A small icon button. A plain button and the page's one icon font, not `vscode-toolbar-button`: a history of 500
 * messages holds thousands of them, and each of those brings two shadow roots and its own stylesheet.
 */
export function tool({ icon, label, run }: Tool): TemplateResult {
  return html`<button
    type="button"
    class="tool codicon codicon-${icon}"
    title=${label}
    aria-label=${label}
    @click=${run}
  ></button>`;
}
