import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  catalogue,
  defaultModelId,
  type CatalogueModel,
  type DownloadedModel,
  type DownloadProgress,
  type ModelListing,
  type ModelStatus,
} from '../../contract/index.js';
import { EngineError } from '../engine-error.js';
import { HashCache } from '../host/file-hash.js';
import { downloadModel, partialFolder } from './download/download-model.js';
import { sizeOf } from './download/fetch-file.js';
import { environmentHttp, type Http } from './download/http.js';
import { ProgressMeter } from './download/progress.js';
import { recommend } from './recommend.js';

export interface StoreDownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** The folder of downloaded models, and the catalogue they come from. */
export class ModelStore {
  readonly folder: string;
  /** Hashes of the files in it, and of others that were loaded. */
  readonly hashes: HashCache;
  readonly #models: readonly CatalogueModel[];
  readonly #http: Http;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(
    folder: string,
    models: readonly CatalogueModel[] = catalogue,
    http: Http = environmentHttp(),
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.folder = folder;
    this.hashes = new HashCache(path.join(folder, 'hashes.json'));
    this.#models = models;
    this.#http = http;
    this.#environment = environment;
  }

  /** @param totalMemory bytes, for the recommendation */
  async list(totalMemory: number): Promise<ModelListing> {
    const models: ModelStatus[] = [];
    for (const model of this.#models)
      models.push({ model, path: await this.find(model.id), partialBytes: await this.#partialBytes(model) });
    return {
      folder: this.folder,
      models,
      recommended: recommend(this.#models, totalMemory, defaultModelId),
      defaultId: defaultModelId,
    };
  }

  /** The complete file of a catalogue model on this machine, or null. A file appears under its name only after its hash was checked. */
  async find(id: string): Promise<string | null> {
    const file = path.join(this.folder, this.entry(id).fileName);
    return (await sizeOf(file)) > 0 ? file : null;
  }

  /** @throws EngineError `bad-request` for an id that the catalogue does not have */
  entry(id: string): CatalogueModel {
    const model = this.#models.find((candidate) => candidate.id === id);
    if (model !== undefined) return model;
    throw new EngineError(
      'bad-request',
      `There is no model "${id}" in the catalogue.`,
      'See "sparse-pilot models".',
    );
  }

  /** Downloads unless the file is there already, with the bytes that the catalogue lists. Errors as of `downloadModel`. */
  async download(id: string, options: StoreDownloadOptions): Promise<DownloadedModel> {
    const model = this.entry(id);
    const present = await this.#present(model, options);
    if (present !== null) return present;
    const downloaded = await downloadModel(model, {
      ...options,
      folder: this.folder,
      http: this.#http,
      environment: this.#environment,
    });
    await this.hashes.put(downloaded.path, downloaded.sha256);
    return downloaded;
  }

  async #present(
    { id, size, sha256 }: CatalogueModel,
    { signal, onProgress }: StoreDownloadOptions,
  ): Promise<DownloadedModel | null> {
    const file = await this.find(id);
    if (file === null || sha256 === null) return null;
    const meter = new ProgressMeter(onProgress);
    try {
      const found = await this.hashes.sha256(file, {
        signal,
        onProgress: (done) => meter.bytes(Math.round(done * size), size, 'verifying'),
      });
      return found === sha256 ? { id, path: file, sha256 } : null;
    } catch (error) {
      throw signal.aborted ? new EngineError('cancelled', 'The download was cancelled.') : error;
    }
  }

  async #partialBytes(model: CatalogueModel): Promise<number> {
    const folder = partialFolder(this.folder, model);
    try {
      const names = await readdir(folder);
      const sizes = await Promise.all(names.map((name) => sizeOf(path.join(folder, name))));
      return sizes.reduce((sum, size) => sum + size, 0);
    } catch {
      return 0;
    }
  }
}
