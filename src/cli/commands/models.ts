import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { defaultModelId } from '../../contract/index.js';
import { openStore } from '../model-choice.js';
import { showDownload } from '../show-download.js';

interface ModelsFlags {
  readonly json?: true;
}

/** `models`, `models download ID`, `models path ID`. */
export function modelsCommand(program: Command): void {
  const models = program.command('models').description('the model catalogue and what is downloaded');
  models
    .command('list', { isDefault: true })
    .description('list the catalogue')
    .option('--json', 'print JSON')
    .action(list);
  models
    .command('download')
    .description('download a model; resumes an interrupted download')
    .argument('[id]', 'catalogue id', defaultModelId)
    .option('--json', 'print JSON')
    .action(download);
  models
    .command('path')
    .description('print where a downloaded model lies')
    .argument('[id]', 'catalogue id', defaultModelId)
    .action(printPath);
}

async function list(flags: ModelsFlags): Promise<void> {
  const listing = await openStore().list(totalmem());
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(listing, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Models in ${listing.folder}\n\n`);
  for (const { model, path, partialBytes } of listing.models) {
    const mark = path !== null ? 'ready' : partialBytes > 0 ? 'partly' : '';
    const notes = [
      ...(model.id === listing.recommended ? ['recommended for this machine'] : []),
      ...(model.id === listing.defaultId ? ['default'] : []),
    ];
    process.stdout.write(
      `${mark.padEnd(7)} ${model.id.padEnd(38)} ${`${(model.size / 1e6).toFixed(0)} MB`.padStart(9)}  ${model.licence}${notes.length === 0 ? '' : `  (${notes.join(', ')})`}\n`,
    );
  }
}

async function download(id: string, flags: ModelsFlags): Promise<void> {
  const done = await showDownload(id, (signal, onProgress) =>
    openStore().download(id, { signal, onProgress }),
  );
  process.stdout.write(flags.json === true ? `${JSON.stringify(done)}\n` : `${done.path}\n`);
}

async function printPath(id: string): Promise<void> {
  const file = await openStore().find(id);
  if (file === null) throw new Error(`${id} is not downloaded. Run: sparse-pilot models download ${id}`);
  process.stdout.write(`${file}\n`);
}
