import { buildNative } from '../native/build.js';
import { need } from './requirements.js';

/** Builds the native part for this machine's processor; at once when nothing changed. */
export async function buildNativePart(): Promise<void> {
  await need('native');
  await buildNative();
}
