import { qualityMetrics, type BenchReport, type Measurement } from '../../../contract/index.js';
import { frontier } from './frontier.js';

export interface MeasuredOn {
  /** Identity of the model file (its hash). */
  readonly model: string;
  /** {@link machineId} of this machine. */
  readonly machine: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** A sweep's report as it is kept and drawn: every point named, the frontiers marked. */
export function toMeasurement(report: BenchReport, on: MeasuredOn): Measurement {
  const frontiers = qualityMetrics.map((metric) => ({
    metric,
    members: new Set(frontier(report.rows, metric)),
  }));
  return {
    ...on,
    threads: report.threads,
    denseTokensPerSecond: report.dense.tokensPerSecond,
    ...(report.stock && { stockTokensPerSecond: report.stock.tokensPerSecond }),
    points: report.rows.map((row, index) => ({
      ...row,
      id: `${row.selector}:${row.form}:${row.density}`,
      frontier: frontiers.filter(({ members }) => members.has(index)).map(({ metric }) => metric),
    })),
    ...(report.refused && { refused: report.refused }),
  };
}
