import type { Command } from 'commander';
import { GpuSupport } from '../../engine/gpu/support.js';
import { showDownload } from '../show-download.js';

/** `gpu`, `gpu download`. */
export function gpuCommand(program: Command): void {
  const gpu = program
    .command('gpu')
    .description('GPU support: whether this machine can use it, and getting it');
  gpu
    .command('status', { isDefault: true })
    .description('print whether the model can run on a GPU here, and why not')
    .action(status);
  gpu
    .command('download')
    .description('download GPU support for this machine; resumes an interrupted download')
    .action(download);
}

async function status(): Promise<void> {
  const plan = await GpuSupport.ofThisMachine(process.env).plan();
  process.stdout.write(
    `${plan.kind === 'load' ? `${plan.gpu}, GPU support in ${plan.folder}` : plan.words}\n`,
  );
}

async function download(): Promise<void> {
  const support = GpuSupport.ofThisMachine(process.env);
  const { folder } = await showDownload('GPU support', (signal, onProgress) =>
    support.get(signal, onProgress),
  );
  process.stdout.write(`${folder}\n`);
}
