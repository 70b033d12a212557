import { fetchDefaultModel } from '../setup/model.js';
import { buildNativePart } from '../setup/native.js';
import { need } from '../setup/requirements.js';
import { installCodeServer } from './code-server/install.js';

/** Set-up for every suite at once: what waits for the network runs beside what waits for the compiler. */
export async function prepareAll(): Promise<void> {
  // One after the other: apt runs once at a time.
  for (const part of ['native', 'workbench', 'cuda', 'browser', 'lint'] as const) await need(part);
  const editor =
    process.env['VSCODE_PATH'] === undefined ? installCodeServer().then(() => undefined) : Promise.resolve();
  await Promise.all([buildNativePart(), fetchDefaultModel(), editor]);
}
