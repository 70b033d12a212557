import type { Flavour } from '../native/configure.js';
import { buildNative } from '../native/build.js';
import { need } from './requirements.js';

/** Builds the native part: `development` for this machine's processor, `release` for every one; at once when nothing changed. */
export async function buildNativePart(flavour: Flavour = 'development'): Promise<void> {
  await need('native');
  await buildNative({ flavour });
}
