import { settings, type MeasuredPoint, type Mode } from '../../contract/index.js';
import type { SettingsReader } from '../settings/reader.js';

/** The mode that runs a point as it was measured: unchecked, unless checks are on already. */
export function modeForPoint(mode: Mode): Mode {
  return mode === 'balanced' ? 'balanced' : 'fast';
}

/** Writes a measured point's setting. The density then stays where it was put: "quality first" is turned off. */
export async function usePoint(reader: SettingsReader, point: MeasuredPoint): Promise<void> {
  await reader.set(settings.sparsity.selector, point.selector);
  await reader.set(settings.sparsity.density, point.density);
  await reader.set(settings.mode, modeForPoint(reader.get(settings.mode)));
  if (reader.get(settings.quality.hold)) await reader.set(settings.quality.hold, false);
}
