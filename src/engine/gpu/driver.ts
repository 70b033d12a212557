import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** What is known of the NVIDIA driver and the GPU it drives, without loading anything of it. */
export type Driver =
  | { readonly kind: 'none'; readonly reason: string }
  /** `capability`: compute capability times ten; null where only the driver's library was found. `version`: major. */
  | {
      readonly kind: 'found';
      readonly gpu: string;
      readonly capability: number | null;
      readonly version: number | null;
    };

/** How the system is asked; tests answer for it. */
export interface DriverSources {
  /** What `nvidia-smi` prints with these arguments; null when there is no such program. Rejects when it fails. */
  readonly nvidiaSmi: (args: readonly string[]) => Promise<string | null>;
  readonly exists: (file: string) => Promise<boolean>;
}

const answerMs = 10_000;
const query = ['--query-gpu=name,compute_cap,driver_version', '--format=csv,noheader'];

/** Where Linux distributions, WSL and containers put the driver's library. */
const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/lib64',
];

/** Looks for an NVIDIA driver: its own tool first, which knows the GPU; then its library alone. */
export async function probeDriver(sources: DriverSources = systemSources): Promise<Driver> {
  const answer = await sources.nvidiaSmi(query).catch((error: unknown) => words(error));
  if (typeof answer === 'object' && answer !== null)
    return { kind: 'none', reason: `the NVIDIA driver does not answer (${answer.text})` };
  if (answer !== null) return bestOf(answer);
  for (const folder of libraryFolders)
    if (await sources.exists(path.posix.join(folder, 'libcuda.so.1')))
      return { kind: 'found', gpu: 'an NVIDIA GPU', capability: null, version: null };
  return { kind: 'none', reason: 'no NVIDIA driver was found' };
}

/** Of several GPUs the most capable one. */
function bestOf(answer: string): Driver {
  const found = answer
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .flatMap(([gpu, capability, version]) => {
      const times10 = Math.round(Number(capability) * 10);
      const major = Number.parseInt(version ?? '', 10);
      return gpu === undefined || gpu === '' || !(times10 > 0)
        ? []
        : [{ kind: 'found' as const, gpu, capability: times10, version: major > 0 ? major : null }];
    })
    .sort((left, right) => right.capability - left.capability);
  return found[0] ?? { kind: 'none', reason: 'the NVIDIA driver knows of no GPU' };
}

function words(error: unknown): { readonly text: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { text: message.trim().split('\n').at(-1) ?? '' };
}

const systemSources: DriverSources = {
  nvidiaSmi: (args) =>
    new Promise((resolve, reject) => {
      execFile('nvidia-smi', [...args], { timeout: answerMs }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === 'ENOENT') resolve(null);
        else reject(new Error(`${stdout}${stderr}`.trim() || error.message));
      });
    }),
  exists: (file) =>
    access(file).then(
      () => true,
      () => false,
    ),
};
