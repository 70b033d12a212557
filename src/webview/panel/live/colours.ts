/** Colours of the plots, taken from the theme in force. */
export interface PlotColours {
  readonly text: string;
  readonly grid: string;
  readonly series: readonly string[];
}

const seriesVariables = ['--vscode-charts-blue', '--vscode-charts-green', '--vscode-charts-orange'];

function readColours(): PlotColours {
  const style = getComputedStyle(document.body);
  const colour = (variable: string) => style.getPropertyValue(variable).trim() || style.color;
  return {
    text: style.color,
    grid: colour('--vscode-charts-lines'),
    series: seriesVariables.map(colour),
  };
}

let known: PlotColours | undefined;

/** The theme's colours, read once a theme. */
export function plotColours(): PlotColours {
  known ??= readColours();
  return known;
}

/** Calls `onChange` after the user chose another theme. */
export function watchTheme(onChange: () => void): void {
  const changed = () => {
    known = undefined;
    onChange();
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
