import { t } from '../../shared/l10n.js';
import { density } from '../../shared/words/numbers.js';
import { plotColours } from './colours.js';

/** The layers' densities in words: mean, lowest and highest with their layers (1-based). */
export function describeLayers(layers: readonly number[]): string {
  if (layers.length === 0) return t('Every layer ran dense.');
  const lowest = layers.reduce((best, value, layer) => (value < (layers[best] ?? 1) ? layer : best), 0);
  const highest = layers.reduce((best, value, layer) => (value > (layers[best] ?? 0) ? layer : best), 0);
  return t(
    'Density of {0} layers: lowest {1} in layer {2}, highest {3} in layer {4}.',
    layers.length,
    density(layers[lowest] ?? 1),
    lowest + 1,
    density(layers[highest] ?? 1),
    highest + 1,
  );
}

/** Draws a cell a layer: its height and its strength of colour are its density, so that neither is needed alone. */
export function drawHeatStrip(canvas: HTMLCanvasElement, layers: readonly number[]): void {
  const scale = window.devicePixelRatio;
  const { clientWidth, clientHeight } = canvas;
  canvas.width = Math.round(clientWidth * scale);
  canvas.height = Math.round(clientHeight * scale);
  canvas.setAttribute('aria-label', describeLayers(layers));
  const context = canvas.getContext('2d');
  if (context === null || layers.length === 0) return;
  const cell = canvas.width / layers.length;
  const gap = cell > 6 * scale ? scale : 0;
  const colours = plotColours();
  layers.forEach((value, layer) => {
    const kept = Math.min(Math.max(value, 0), 1);
    const x = Math.round(layer * cell);
    const width = Math.max(Math.round((layer + 1) * cell) - x - gap, 1);
    const barHeight = Math.max(Math.round(kept * canvas.height), scale);
    context.globalAlpha = 0.12;
    context.fillStyle = colours.text;
    context.fillRect(x, 0, width, canvas.height);
    context.globalAlpha = 0.35 + 0.65 * kept;
    context.fillStyle = colours.series[0] ?? colours.text;
    context.fillRect(x, canvas.height - barHeight, width, barHeight);
  });
}
