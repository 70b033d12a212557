import { boolean, choice, integer, number } from './kinds.js';

export const quality = {
  hold: boolean({
    id: 'quality.hold',
    text: 'Quality first: adjust the density while generating, so that no more is lost than the limit below allows.',
    default: false,
  }),
  measure: choice<'kl' | 'agreement'>({
    id: 'quality.measure',
    text: 'How lost quality is measured.',
    default: 'agreement',
    choices: {
      kl: 'Kullback-Leibler divergence from the dense model, in nats.',
      agreement: 'How often the sparse model picks the token that the dense model picks.',
    },
  }),
  maxKl: number({
    id: 'quality.maxKl',
    text: 'The largest divergence from the dense model that is held, in nats per token.',
    default: 0.05,
    minimum: 0.0001,
    maximum: 10,
  }),
  minAgreement: number({
    id: 'quality.minAgreement',
    text: 'The smallest agreement with the dense model that is held, as a fraction.',
    default: 0.95,
    minimum: 0,
    maximum: 1,
  }),
  sweepTokens: integer({
    id: 'quality.sweepTokens',
    text: 'Tokens on which "Measure on this machine" compares every setting with the dense model. More take longer and tell more.',
    default: 96,
    minimum: 16,
    maximum: 4096,
  }),
  calibrationTokens: integer({
    id: 'quality.calibrationTokens',
    text: 'The most tokens that "Calibrate on my code" reads.',
    default: 20000,
    minimum: 256,
    maximum: 1000000,
  }),
} as const;
