import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export interface Slider {
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** A value in words. */
  readonly textOf: (value: number) => string;
  /** After the knob was let go, or a key was pressed. */
  readonly onSet: (value: number) => void;
}

/** A slider with its value beside it. */
export function slider({ label, value, minimum, maximum, step, textOf, onSet }: Slider): TemplateResult {
  const onChange = ({ currentTarget }: Event) => {
    if (currentTarget instanceof HTMLInputElement) onSet(currentTarget.valueAsNumber);
  };
  const onInput = ({ currentTarget }: Event) => {
    if (!(currentTarget instanceof HTMLInputElement)) return;
    const output = currentTarget.nextElementSibling;
    if (output) output.textContent = textOf(currentTarget.valueAsNumber);
  };
  return html`<div class="slider">
    <input
      type="range"
      aria-label=${label}
      aria-valuetext=${textOf(value)}
      min=${minimum}
      max=${maximum}
      step=${step}
      .value=${live(String(value))}
      @change=${onChange}
      @input=${onInput}
    /><output>${textOf(value)}</output>
  </div>`;
}
