import type { DrafterId, SpeculationReport } from '../../contract/index.js';
import type { NativeReport, NativeResult } from './binding.js';
import type { DriftReport, GenerationResult } from './native-loop.js';

function drafterOf(report: NativeReport): DrafterId {
  if (report.verifies === 0) return 'none';
  return report.ngramVerifies * 2 >= report.verifies ? 'ngram' : 'sparse-self';
}

/** Counts in the contract's form. `density`: mean density of a sparse step, for EPD. */
export function speculationReport(report: NativeReport, density: number): SpeculationReport {
  const base = {
    drafted: report.drafted,
    accepted: report.accepted,
    verifies: report.verifies,
    rollbacks: report.rollbacks,
    drafter: drafterOf(report),
    ...(report.off === '' ? {} : { off: report.off }),
  };
  if (report.verifies === 0) return base;
  return {
    ...base,
    averageAdvance: report.windowTokens / report.verifies,
    // ((n - 1) d + 1) / AAL over all windows: sparse steps count their density, checks count as one dense pass
    effectiveDensity: (report.sparseSteps * density + report.verifies) / Math.max(1, report.windowTokens),
  };
}

export function driftReport(report: NativeReport): DriftReport {
  if (report.probes === 0) return { probes: 0, kl: null, top1: null };
  return {
    probes: report.probes,
    kl: report.probeDivergence / report.probes,
    top1: report.probesAgreed / report.probes,
  };
}

export function generationResult(
  native: NativeResult,
  promptTokens: number,
  density: number,
): GenerationResult {
  const { report } = native;
  return {
    stopReason: native.stopReason,
    text: native.text,
    tokens: native.tokens,
    promptTokens,
    reusedTokens: Math.max(0, report.reused),
    timings: { prefillMs: report.prefillMs, firstTokenMs: report.firstTokenMs, decodeMs: report.decodeMs },
    speculation: speculationReport(report, density),
    drift: driftReport(report),
    shifts: report.shifts,
    passes: {
      sparse: report.sparseSteps,
      dense: report.densePasses,
      sparseMs: report.sparseMs,
      denseMs: report.denseMs,
    },
  };
}
