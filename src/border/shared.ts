import * as v from 'valibot';
import { loadSteps, nextSteps } from '../contract/index.js';

/** What is being done while a model is loaded. */
export const loadStep = v.picklist(loadSteps);

/** What a button offers to do next. */
export const nextStep = v.picklist(nextSteps);
