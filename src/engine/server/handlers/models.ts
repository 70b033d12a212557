import { totalmem } from 'node:os';
import type { DownloadedModel, ModelListing } from '../../../contract/index.js';
import type { Handler } from '../register.js';
import type { Services } from '../services.js';

export const listModels =
  ({ store }: Services): Handler<null, ModelListing> =>
  () =>
    store.list(totalmem());

export const downloadModel =
  ({ store, onDownload }: Services): Handler<{ readonly id: string }, DownloadedModel> =>
  ({ id }, signal) =>
    store.download(id, { signal, onProgress: (progress) => onDownload({ id, progress }) });
