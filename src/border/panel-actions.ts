import * as v from 'valibot';
import {
  exportFormats,
  panelExports,
  panelTasks,
  type KnobChange,
  type PanelAction,
} from '../contract/index.js';
import { text, type Schema } from './check.js';
import { compareSetting, fraction, mode, selectorChoice, strength, target } from './panel-shared.js';
import { nextStep } from './shared.js';

const knobChange: Schema<KnobChange> = v.variant('knob', [
  v.object({ knob: v.literal('mode'), value: mode }),
  v.object({ knob: v.literal('selector'), value: selectorChoice }),
  v.object({ knob: v.literal('density'), value: fraction }),
  v.object({ knob: v.literal('strength'), value: strength }),
  v.object({ knob: v.literal('hold'), value: v.boolean() }),
  v.object({ knob: v.literal('target'), value: target }),
]);

/** What the editor accepts from the trade-off panel. */
export const panelAction: Schema<PanelAction> = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('turn'), change: knobChange }),
  v.object({ type: v.literal('measure') }),
  v.object({ type: v.literal('use'), pointId: text }),
  v.object({ type: v.literal('chooseFolder') }),
  v.object({ type: v.literal('calibrate') }),
  v.object({ type: v.literal('compare'), left: compareSetting, right: compareSetting }),
  v.object({ type: v.literal('cancel'), task: v.picklist(panelTasks) }),
  v.object({ type: v.literal('export'), what: v.picklist(panelExports), format: v.picklist(exportFormats) }),
  v.object({ type: v.literal('eraseAcceptance') }),
  v.object({ type: v.literal('chooseProfile') }),
  v.object({ type: v.literal('step'), step: nextStep }),
]);
