import {
  calibrationMeasures,
  type CalibrationPlan,
  type CalibrationSources,
  type MeasuredSize,
} from '../../../contract/index.js';

/** Bytes of source code a token stands for, about; only an estimate is made of it. */
const bytesPerToken = 3.4;

/** Tokens a second of prefill and of decode, and the layers of the model. */
export interface EngineSpeed {
  readonly prefill: number;
  readonly decode: number;
  readonly layers: number;
}

const sizeOf = ({ divisor, least, most }: MeasuredSize, tokens: number): number =>
  Math.min(most, Math.max(least, tokens / divisor));

/** Tokens that the engine measures on: every point of the curves, and each layer by itself. */
function measuredTokens(tokens: number, layers: number): number {
  const { curves, densities, curve, layer } = calibrationMeasures;
  return curves * densities.length * sizeOf(curve, tokens) + layers * sizeOf(layer, tokens);
}

/** The files are read, then every measured token is decoded sparsely and evaluated densely, in batches. */
function secondsFor(tokens: number, { prefill, decode, layers }: EngineSpeed): number {
  const measured = measuredTokens(tokens, layers);
  return (tokens + measured) / prefill + measured / decode;
}

export interface ReadingLimits {
  /** Null while it is not known. */
  readonly speed: EngineSpeed | null;
  /** Tokens read at most. */
  readonly most: number;
}

/** What calibrating on a folder of this name would read, and how long it would take. */
export function planOf(
  folder: string,
  { files, bytes }: CalibrationSources,
  { speed, most }: ReadingLimits,
): CalibrationPlan {
  const tokens = Math.min(Math.round(bytes / bytesPerToken), most);
  return { folder, files, bytes, tokens, seconds: speed === null ? null : secondsFor(tokens, speed) };
}
