export * from './controller.js';
export { QualityKeeper, type QualityOutcome, type QualityPlan } from './keeper.js';
