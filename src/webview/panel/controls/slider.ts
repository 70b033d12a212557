import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';

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

/** A slider with its value beside it. While a hand holds the knob, neither is changed by what is drawn. */
export function slider({ label, value, minimum, maximum, step, textOf, onSet }: Slider): TemplateResult {
  const tell = (input: HTMLInputElement) => {
    const output = input.nextElementSibling;
    if (output) output.textContent = textOf(input.valueAsNumber);
  };
  const show = (input: Element | undefined) => {
    if (!(input instanceof HTMLInputElement) || input.matches(':active')) return;
    input.valueAsNumber = value;
    tell(input);
  };
  const onChange = ({ currentTarget }: Event) => {
    if (currentTarget instanceof HTMLInputElement) onSet(currentTarget.valueAsNumber);
  };
  const onInput = ({ currentTarget }: Event) => {
    if (currentTarget instanceof HTMLInputElement) tell(currentTarget);
  };
  return html`<div class="slider">
    <input
      type="range"
      aria-label=${label}
      aria-valuetext=${textOf(value)}
      min=${minimum}
      max=${maximum}
      step=${step}
      @change=${onChange}
      @input=${onInput}
      ${ref(show)}
    /><output></output>
  </div>`;
}
