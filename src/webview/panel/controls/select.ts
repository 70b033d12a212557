import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { html, type TemplateResult } from 'lit';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Shown under the list while the option is highlighted. */
  readonly description?: string;
  readonly disabled?: boolean;
}

export interface Select<Value extends string> {
  readonly label: string;
  readonly value: string;
  readonly options: readonly SelectOption<Value>[];
  readonly onPick: (value: Value) => void;
}

/** A drop-down list in VS Code's style with an accessible name. */
export function select<Value extends string>({
  label,
  value,
  options,
  onPick,
}: Select<Value>): TemplateResult {
  const shown = options.map((option) => ({
    label: option.label,
    value: option.value,
    description: option.description ?? '',
    selected: option.value === value,
    disabled: option.disabled ?? false,
  }));
  const onChange = ({ currentTarget }: Event) => {
    if (!(currentTarget instanceof VscodeSingleSelect)) return;
    const chosen = options.find((option) => option.value === currentTarget.value);
    if (chosen !== undefined && chosen.value !== value) onPick(chosen.value);
  };
  return html`<vscode-single-select
    .label=${label}
    .options=${shown}
    .value=${value}
    @change=${onChange}
  ></vscode-single-select>`;
}
