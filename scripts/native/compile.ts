import { availableParallelism } from 'node:os';
import { ccacheEnvironment } from './configure.js';
import { repositoryRoot } from './paths.js';
import type { ProgressListener } from './progress.js';
import { runCommand } from './run-command.js';

const ninjaLine = /^\[(\d+)\/(\d+)\] (.*)$/;

/** Builds `targets` (all when empty) in `build`; an interrupted run goes on where it stopped. */
export async function compile(
  build: string,
  targets: readonly string[],
  progress: ProgressListener,
  jobs = availableParallelism(),
): Promise<void> {
  await runCommand('ninja', ['-C', build, '-j', String(jobs), ...targets], {
    env: ccacheEnvironment(repositoryRoot),
    onLine: (line) => {
      const match = ninjaLine.exec(line);
      if (match === null) return;
      const [, done = '0', total = '0', text = ''] = match;
      progress({ stage: 'compile', done: Number(done), total: Number(total), text });
    },
  });
}
