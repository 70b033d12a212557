import { existsSync } from 'node:fs';
import path from 'node:path';
import { defaultModelId } from '../contract/index.js';
import { EngineError, expandHome } from '../engine/client/index.js';
import { modelFolder } from '../engine/models/folder.js';
import { ModelStore } from '../engine/models/store.js';

/** A model file to load, and the name it goes by. */
export interface ChosenModel {
  readonly id: string;
  readonly path: string;
  /** Of a catalogue model: 64 hex digits. */
  readonly expectedSha256?: string;
}

export const openStore = (): ModelStore => new ModelStore(modelFolder(process.env));

/**
 * The model that `--model` names: a file, or a catalogue id whose file is there.
 * @throws EngineError `model-not-found` with the command that downloads it
 */
export async function chooseModel(
  named: string | undefined,
  store: ModelStore = openStore(),
): Promise<ChosenModel> {
  const wanted = expandHome(named ?? defaultModelId);
  if (wanted.endsWith('.gguf') || existsSync(wanted))
    return { id: path.basename(wanted, '.gguf'), path: path.resolve(wanted) };
  const file = await store.find(wanted);
  const { sha256 } = store.entry(wanted);
  if (file !== null) return { id: wanted, path: file, ...(sha256 !== null && { expectedSha256: sha256 }) };
  throw new EngineError(
    'model-not-found',
    `The model ${wanted} was not downloaded yet.`,
    `Run: sparse-pilot models download ${wanted}`,
  );
}
