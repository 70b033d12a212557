import { svg, type SVGTemplateResult } from 'lit';
import type { SelectorId } from '../../../contract/index.js';

/** A shape and a colour class for a selector: told apart without colour too. */
export interface Mark {
  readonly shape: 'circle' | 'square' | 'diamond' | 'triangle' | 'cross';
  readonly colour: number;
}

const shapes: readonly Mark['shape'][] = ['circle', 'square', 'diamond', 'triangle', 'cross'];
const colours = 6;

/** The marks of the selectors of one measurement, in order of first appearance. */
export function marksFor(selectors: readonly SelectorId[]): ReadonlyMap<SelectorId, Mark> {
  return new Map(
    [...new Set(selectors)].map((selector, index) => [
      selector,
      { shape: shapes[index % shapes.length] ?? 'circle', colour: index % colours },
    ]),
  );
}

/** The shape around a centre; `size` is about its radius. */
export function drawMark(shape: Mark['shape'], x: number, y: number, size: number): SVGTemplateResult {
  switch (shape) {
    case 'circle':
      return svg`<circle cx=${x} cy=${y} r=${size} />`;
    case 'square':
      return svg`<rect x=${x - size * 0.9} y=${y - size * 0.9} width=${size * 1.8} height=${size * 1.8} />`;
    case 'diamond':
      return svg`<path d="M${x} ${y - size * 1.25}l${size * 1.25} ${size * 1.25}l${-size * 1.25} ${size * 1.25}l${-size * 1.25} ${-size * 1.25}z" />`;
    case 'triangle':
      return svg`<path d="M${x} ${y - size * 1.15}l${size * 1.15} ${size * 2.1}h${-size * 2.3}z" />`;
    case 'cross':
      return svg`<path d="M${x - size} ${y - size}l${size * 2} ${size * 2}m0 ${-size * 2}l${-size * 2} ${size * 2}" class="stroke" />`;
  }
}
