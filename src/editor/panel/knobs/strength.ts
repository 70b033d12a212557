import {
  correctionStrengths,
  settings,
  type CorrectionStrength,
  type Setting,
} from '../../../contract/index.js';

const { acceptThreshold, riskBudget, riskCap, period } = settings.correction;

/** The settings one correction strength stands for. */
export interface StrengthValues {
  readonly acceptThreshold: number;
  readonly riskBudget: number;
  readonly riskCap: number;
  readonly period: number;
}

/** `standard` is the settings' defaults. A lower threshold accepts more; a lower budget, cap or period checks more often. */
const values: Readonly<Record<CorrectionStrength, StrengthValues>> = {
  light: { acceptThreshold: 0.05, riskBudget: 4, riskCap: 64, period: 32 },
  standard: {
    acceptThreshold: acceptThreshold.default,
    riskBudget: riskBudget.default,
    riskCap: riskCap.default,
    period: period.default,
  },
  strict: { acceptThreshold: 0.3, riskBudget: 1, riskCap: 16, period: 8 },
};

/** The strength whose values are in force; `custom` when they were set one by one. */
export function strengthOf(current: StrengthValues): CorrectionStrength | 'custom' {
  const matches = (strength: CorrectionStrength) => {
    const level = values[strength];
    return (
      level.acceptThreshold === current.acceptThreshold &&
      level.riskBudget === current.riskBudget &&
      level.riskCap === current.riskCap &&
      level.period === current.period
    );
  };
  return correctionStrengths.find(matches) ?? 'custom';
}

export interface SettingValue {
  readonly setting: Setting<number>;
  readonly value: number;
}

/** What to write for a strength. */
export function settingsOfStrength(strength: CorrectionStrength): readonly SettingValue[] {
  const level = values[strength];
  return [
    { setting: acceptThreshold, value: level.acceptThreshold },
    { setting: riskBudget, value: level.riskBudget },
    { setting: riskCap, value: level.riskCap },
    { setting: period, value: level.period },
  ];
}
