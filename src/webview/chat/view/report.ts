import { html, type TemplateResult } from 'lit';
import type { AnswerReport } from '../../../contract/index.js';
import { reportDetails, reportLine } from '../format.js';

/** The numbers of an answer, quiet; the rest of them unfolds. */
export function report(answer: AnswerReport): TemplateResult {
  return html`<details class="report quiet">
    <summary>${reportLine(answer).join(' · ')}</summary>
    <ul>
      ${reportDetails(answer).map((line) => html`<li>${line}</li>`)}
    </ul>
  </details>`;
}
