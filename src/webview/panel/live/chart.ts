import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { liveWindowMs } from '../../../contract/index.js';
import { plotColours } from './colours.js';
import type { Plot } from './plots.js';
import type { Columns } from './window.js';

const height = 100;
const dashes: readonly (readonly number[])[] = [[], [5, 3], [2, 3]];

/** Seconds before now as "-2:30". */
const clock = (seconds: number) =>
  seconds === 0 ? '0' : `-${Math.floor(-seconds / 60)}:${String(Math.round(-seconds % 60)).padStart(2, '0')}`;

/** A plot on the page. */
export class Chart {
  readonly #plot: uPlot;

  constructor(element: HTMLElement, plot: Plot) {
    this.#plot = new uPlot(options(plot, widthOf(element)), [[], ...plot.series.map(() => [])], element);
    new ResizeObserver(() => this.#plot.setSize({ width: widthOf(element), height })).observe(element);
  }

  draw({ seconds, series }: Columns): void {
    this.#plot.setData([[...seconds], ...series.map((column) => [...column])]);
  }

  redraw(): void {
    this.#plot.redraw(false, true);
  }
}

const widthOf = (element: HTMLElement) => Math.max(element.clientWidth, 120);

function options(plot: Plot, width: number): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => plotColours().text,
    grid: { stroke: () => plotColours().grid, width: 0.5 },
    ticks: { show: false },
    font: '10px sans-serif',
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-liveWindowMs / 1000, 0] },
      y: { range: (_self, _low, high) => [0, (Number.isFinite(high) && high > 0 ? high : 1) * 1.1] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        gap: 6,
        splits: () => [-300, -240, -180, -120, -60, 0],
        values: (_self, at) => at.map(clock),
      },
      { ...axis, size: 40, gap: 4, space: 24, values: (_self, at) => at.map(plot.tick) },
    ],
    series: [
      {},
      ...plot.series.map((one, index) => ({
        label: one.label,
        stroke: () => plotColours().series[index] ?? plotColours().text,
        width: 1.5,
        dash: [...(dashes[index] ?? [])],
        points: { show: false },
      })),
    ],
  };
}
