import { InvalidArgumentError } from 'commander';
import { selectorIds, type SelectorId } from '../contract/index.js';

/** `cats,chess` as selectors. */
export function parseSelectors(text: string): readonly SelectorId[] {
  return text.split(',').map((name) => {
    const found = selectorIds.find((selector) => selector === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`Selectors are ${selectorIds.join(', ')}.`);
    return found;
  });
}

/** `0.7,0.5` as densities. */
export function parseDensities(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const density = Number(part);
    if (part.trim() !== '' && density > 0 && density <= 1) return density;
    throw new InvalidArgumentError('Densities are above 0 and at most 1.');
  });
}

/** `0,1,29` as layers. */
export function parseLayers(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const layer = Number(part);
    if (part.trim() !== '' && Number.isInteger(layer) && layer >= 0) return layer;
    throw new InvalidArgumentError('Layers are whole numbers from 0.');
  });
}
