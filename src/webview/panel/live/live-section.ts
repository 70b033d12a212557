import type { LiveSample } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { Chart } from './chart.js';
import { watchTheme } from './colours.js';
import { drawHeatStrip } from './heat-strip.js';
import { livePlots, type Plot } from './plots.js';
import { ShownFrames, watchShown } from './shown-frames.js';
import { toColumns, withSample } from './window.js';

interface PlotOnPage {
  readonly plot: Plot;
  readonly chart: Chart;
  readonly figure: HTMLElement;
  readonly reading: HTMLElement;
  /** A name a series; empty where the plot's title says it all. */
  readonly names: readonly HTMLElement[];
}

/** Milliseconds after which a panel without new samples is redrawn once, so that the plots keep moving with time. */
const idleRedrawMs = 1000;

/** The live plots and the heat strip: a page element of its own, drawn frame by frame and never while out of sight. */
export class LiveSection {
  readonly element = document.createElement('div');
  readonly #frames = new ShownFrames(() => this.#draw());
  readonly #strip = document.createElement('canvas');
  readonly #stripText = document.createElement('figcaption');
  readonly #plots: readonly PlotOnPage[];
  #samples: readonly LiveSample[] = [];
  #draws = 0;
  /** This page's clock minus the engine's, milliseconds: the page may run on another machine. */
  #clockOffset = 0;

  constructor() {
    this.element.className = 'live';
    this.element.append(this.#stripFigure());
    this.#plots = livePlots().map((plot) => this.#plotFigure(plot));
    watchShown(this.element, (shown) => this.#frames.show(shown));
    watchTheme(() => {
      for (const { chart } of this.#plots) chart.redraw();
      this.#frames.request();
    });
    setInterval(() => this.#frames.request(), idleRedrawMs);
    this.#frames.request();
  }

  /** Replaces everything shown. */
  show(samples: readonly LiveSample[]): void {
    this.#samples = samples;
    this.#frames.request();
  }

  add(sample: LiveSample): void {
    this.#clockOffset = Date.now() - sample.time;
    this.#samples = withSample(this.#samples, sample);
    this.#frames.request();
  }

  get last(): LiveSample | undefined {
    return this.#samples.at(-1);
  }

  #stripFigure(): HTMLElement {
    const figure = document.createElement('figure');
    figure.className = 'strip';
    const title = document.createElement('h3');
    title.textContent = t('Density per layer');
    this.#strip.setAttribute('role', 'img');
    this.#strip.setAttribute('aria-label', t('Nothing was generated yet.'));
    this.#stripText.className = 'quiet';
    figure.append(title, this.#strip, this.#stripText);
    return figure;
  }

  #plotFigure(plot: Plot): PlotOnPage {
    const figure = document.createElement('figure');
    const title = document.createElement('h3');
    title.textContent = plot.title;
    const reading = document.createElement('figcaption');
    const canvas = document.createElement('div');
    canvas.className = 'plot';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', plot.title);
    const names = legend(plot);
    figure.append(title, reading, canvas, ...listOf(names));
    this.element.append(figure);
    return { plot, chart: new Chart(canvas, plot), figure: canvas, reading, names };
  }

  #draw(): void {
    const { last } = this;
    this.#draws += 1;
    this.element.dataset['draws'] = String(this.#draws);
    this.element.classList.toggle('empty', last === undefined);
    const now = Date.now() - this.#clockOffset;
    for (const { plot, chart, figure, reading, names } of this.#plots) {
      const picks = plot.series.map(({ pick }) => pick);
      const columns = toColumns(this.#samples, picks, now);
      chart.draw(columns);
      const known = names.map((_, index) => columns.series[index]?.some((value) => value !== null) === true);
      const several = known.filter(Boolean).length > 1;
      names.forEach((name, index) => (name.hidden = !several || known[index] !== true));
      const text = last === undefined ? '–' : plot.reading(last);
      if (reading.textContent !== text) {
        reading.textContent = text;
        figure.setAttribute('aria-label', `${plot.title}: ${text}`);
      }
    }
    drawHeatStrip(this.#strip, last?.densityPerLayer ?? []);
    this.#stripText.textContent =
      last === undefined ? t('Nothing was generated yet.') : (this.#strip.getAttribute('aria-label') ?? '');
  }
}

/** A line sample and a name for each series, where there are several. */
function legend(plot: Plot): readonly HTMLElement[] {
  const named = plot.series.filter(({ label }) => label !== '');
  return named.map(({ label }, index) => {
    const item = document.createElement('li');
    item.className = `series-${index}`;
    item.textContent = label;
    return item;
  });
}

function listOf(items: readonly HTMLElement[]): readonly HTMLElement[] {
  if (items.length === 0) return [];
  const list = document.createElement('ul');
  list.className = 'legend';
  list.append(...items);
  return [list];
}
