import type { DenseProbe } from '../../../src/contract/index.js';

/** A seeded source of numbers in [0, 1) (mulberry32). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A model under sparsity: mean KL is `scale * (exp(slope * (1 - density)) - 1)`, single tokens are log-normal around it. */
export interface Plant {
  readonly scale: number;
  readonly slope: number;
  /** Standard deviation of the logarithm of a token's KL. */
  readonly spread: number;
  /** Share of the weights' bytes that a density of 0 would skip. */
  readonly skippable: number;
}

export function meanKl(plant: Plant, density: number): number {
  return plant.scale * (Math.exp(plant.slope * (1 - density)) - 1);
}

/** The lowest density whose mean KL is within `limit`. */
export function idealDensity(plant: Plant, limit: number): number {
  return 1 - Math.log(limit / plant.scale + 1) / plant.slope;
}

export function speedRatio(plant: Plant, density: number): number {
  return 1 / (1 - plant.skippable * (1 - density));
}

export function probeOf(plant: Plant, density: number, random: () => number): DenseProbe {
  const noise = Math.exp(plant.spread * normal(random) - plant.spread ** 2 / 2);
  const kl = meanKl(plant, density) * noise;
  return { kl, agreed: random() >= disagreement(plant, density) };
}

/** Disagreement grows with the square root of the KL (Pinsker's form), about 5% at 0.02 nats. */
export function disagreement(plant: Plant, density: number): number {
  return Math.min(0.35 * Math.sqrt(meanKl(plant, density)), 1);
}
