import type {
  CompareSetting,
  PanelAction,
  PanelPageState,
  PanelState,
  QualityMetric,
} from '../../contract/index.js';

/** What the page shows besides the live plots. */
export interface Page {
  /** Null until the editor has answered `ready`. */
  readonly state: PanelState | null;
  readonly kept: PanelPageState;
  /** A short word on what just happened; empty after a while. */
  readonly notice: string;
  /** Width of the page in CSS pixels. */
  readonly width: number;
}

export const freshPage: Page = {
  state: null,
  kept: {
    metric: null,
    left: { mode: 'dense', selector: 'auto', density: 1 },
    right: { mode: 'fast', selector: 'auto', density: 0.5 },
    scroll: 0,
    unfolded: [],
  },
  notice: '',
  width: 320,
};

/** What a section may do: ask the editor for something, or change how the page itself looks. */
export interface Actions {
  readonly post: (action: PanelAction) => void;
  readonly showMetric: (metric: QualityMetric) => void;
  readonly setCompared: (side: 'left' | 'right', setting: CompareSetting) => void;
}

/** A section's input: the editor's state is there. */
export interface Shown {
  readonly state: PanelState;
  readonly kept: PanelPageState;
  /** Width of the section's column in CSS pixels. */
  readonly columnWidth: number;
  readonly actions: Actions;
}
