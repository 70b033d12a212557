import type {
  AcceptanceStatistics,
  CalibrationOutcome,
  ComparedSide,
  Comparison,
  LiveSample,
  Measurement,
} from '../../../contract/index.js';
import type { CsvTable } from './csv.js';

/** A row a measured point, dense first. */
export function measurementTable(measurement: Measurement): CsvTable {
  const { model, machine, threads } = measurement;
  const time = new Date(measurement.time).toISOString();
  const stock = measurement.stockTokensPerSecond ?? null;
  const dense = [
    ...[model, machine, time, threads, 'none', 'token', 1, measurement.denseTokensPerSecond, 1],
    ...[0, stock && measurement.denseTokensPerSecond / stock, null, null, 0, 1, null, 0, null, '', ''],
  ];
  return {
    columns: [
      ...['model', 'machine', 'time', 'threads', 'selector', 'form', 'density', 'tokensPerSecond', 'ratio'],
      ...[
        'ratioSpread',
        'stockRatio',
        'bytesPerToken',
        'ceilingShare',
        'kl',
        'top1',
        'perplexity',
        'extraMemoryBytes',
        'off',
      ],
      ...['frontierKl', 'frontierDisagreement'],
    ],
    rows: [
      dense,
      ...measurement.points.map((point) => [
        ...[model, machine, time, threads, point.selector, point.form, point.density, point.tokensPerSecond],
        ...[
          point.ratio,
          point.ratioSpread,
          point.stockRatio ?? null,
          point.bytesPerToken,
          point.ceilingShare,
          point.kl,
          point.top1,
        ],
        ...[point.perplexity, point.extraMemoryBytes, point.off],
        ...[point.frontier.includes('kl'), point.frontier.includes('disagreement')],
      ]),
    ],
  };
}

/** A row a sample; the layers' densities are columns `layer0`, `layer1`, … */
export function liveTable(samples: readonly LiveSample[]): CsvTable {
  const layers = Math.max(0, ...samples.map(({ densityPerLayer }) => densityPerLayer.length));
  const layerIndexes = Array.from({ length: layers }, (_, index) => index);
  return {
    columns: [
      ...['time', 'tokensPerSecond', 'firstTokenMs', 'density', 'drafted', 'accepted', 'rollbacks', 'drift'],
      ...['residentBytes', 'vramBytes', 'threads', 'loss', 'gain'],
      ...layerIndexes.map((index) => `layer${index}`),
    ],
    rows: samples.map((sample) => [
      ...[new Date(sample.time).toISOString(), sample.tokensPerSecond, sample.firstTokenMs, sample.density],
      ...[sample.drafted, sample.accepted, sample.rollbacks, sample.drift],
      ...[sample.residentBytes, sample.vramBytes ?? null, sample.threads],
      ...[sample.quality?.loss ?? null, sample.quality?.gain ?? null],
      ...layerIndexes.map((index) => sample.densityPerLayer[index] ?? null),
    ]),
  };
}

/** A row a density; a side without that density is left empty. */
export function calibrationTable(outcome: CalibrationOutcome): CsvTable {
  const densities = [...new Set([...outcome.before, ...outcome.after].map(({ density }) => density))];
  const klAt = (curve: CalibrationOutcome['before'], density: number) =>
    curve.find((point) => point.density === density)?.kl ?? null;
  return {
    columns: ['density', 'klBefore', 'klAfter'],
    rows: densities
      .sort((left, right) => left - right)
      .map((density) => [density, klAt(outcome.before, density), klAt(outcome.after, density)]),
  };
}

/** A row a side. */
export function comparisonTable({ path, line, runs, left, right }: Comparison): CsvTable {
  const row = (side: ComparedSide) => [
    ...[path, line, runs, side.setting.mode, side.setting.selector, side.setting.density],
    ...[side.tokens, side.firstTokenMs, side.totalMs, side.tokensPerSecond, side.density, side.off],
    side.pieces.map(({ text }) => text).join(''),
  ];
  return {
    columns: [
      ...[
        'path',
        'line',
        'runs',
        'mode',
        'selector',
        'requestedDensity',
        'tokens',
        'firstTokenMs',
        'totalMs',
      ],
      ...['tokensPerSecond', 'density', 'off', 'text'],
    ],
    rows: [row(left), row(right)],
  };
}

/** A row a language; `keptShare` is empty while nothing accepted was looked at again. */
export function acceptanceTable({ since, byLanguage }: AcceptanceStatistics): CsvTable {
  return {
    columns: [
      'since',
      'language',
      'shown',
      'accepted',
      'partlyAccepted',
      'characters',
      'judged',
      'keptShare',
    ],
    rows: Object.entries(byLanguage).map(([language, counts]) => [
      ...[new Date(since).toISOString(), language, counts.shown, counts.accepted, counts.partlyAccepted],
      ...[counts.characters, counts.judged, counts.judged === 0 ? null : counts.keptSum / counts.judged],
    ]),
  };
}
