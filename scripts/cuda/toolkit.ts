import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from '../native/paths.js';
import { runCommand } from '../native/run-command.js';
import { findOnPath } from '../native/tools.js';

/** A CUDA compiler with its headers and libraries. */
export interface CudaToolkit {
  readonly nvcc: string;
  readonly include: string;
  readonly libraries: string;
  readonly origin: 'system' | 'python packages';
}

/** What a task needs: `compile` our kernels alone, or `backend` for ggml's CUDA backend too (cuBLAS, about 1 GB). */
export type ToolkitParts = 'compile' | 'backend';

const version = '13.0';
/** What the backend is built with: its libraries carry this number, and the driver's least version follows from it. */
const majorVersion = 13;

/**
 * Why a compiler that says `lines` (of `nvcc --version`) does not serve; null when it does.
 * @returns a sentence for a person who builds
 */
export function refusedCompiler(nvcc: string, lines: readonly string[]): string | null {
  const release = /release (\d+)\.(\d+)/.exec(lines.join('\n'));
  if (release === null) return `${nvcc} does not say which CUDA release it is of`;
  return Number(release[1]) === majorVersion
    ? null
    : `${nvcc} is of CUDA ${release[1]}.${release[2]}; CUDA ${majorVersion} is needed (without CUDA_HOME it comes from Python packages)`;
}
const partsOf: Record<ToolkitParts, string> = {
  compile: 'nvcc,cudart,cccl,crt',
  backend: 'nvcc,cudart,cccl,crt,cublas',
};

/** The toolkit of the system (CUDA_HOME, or nvcc on the PATH), if there is one that serves. */
async function systemToolkit(log: (line: string) => void): Promise<CudaToolkit | undefined> {
  const home = process.env['CUDA_HOME'];
  const nvcc = home === undefined ? findOnPath('nvcc') : path.join(home, 'bin', 'nvcc');
  if (nvcc === undefined || !existsSync(nvcc)) return undefined;
  const refused = refusedCompiler(nvcc, await runCommand(nvcc, ['--version']));
  if (refused !== null) {
    if (home !== undefined) throw new Error(refused);
    log(`${refused}: not used`);
    return undefined;
  }
  const folder = path.dirname(path.dirname(nvcc));
  return {
    nvcc,
    include: path.join(folder, 'include'),
    libraries: path.join(folder, existsSync(path.join(folder, 'lib64')) ? 'lib64' : 'lib'),
    origin: 'system',
  };
}

async function toolkitIn(folder: string): Promise<CudaToolkit> {
  const vendor = path.join(folder, 'nvidia');
  const release = (await readdir(vendor)).find((name) => /^cu\d+$/.test(name));
  if (release === undefined) throw new Error(`no CUDA toolkit in ${vendor}`);
  const base = path.join(vendor, release);
  return {
    nvcc: path.join(base, 'bin', 'nvcc'),
    include: path.join(base, 'include'),
    libraries: path.join(base, 'lib'),
    origin: 'python packages',
  };
}

/**
 * A toolkit with `parts`: the system's, or one installed from Python packages under .cache (once).
 * @throws CommandFailed when neither is to be had; its message ends with what pip said. Error when CUDA_HOME is of another
 * release.
 */
export async function findToolkit(
  parts: ToolkitParts,
  log: (line: string) => void = () => undefined,
): Promise<CudaToolkit> {
  const system = await systemToolkit(log);
  if (system !== undefined) return system;
  const folder = path.join(repositoryRoot, '.cache', `cuda-toolkit-${parts}`);
  const stamp = path.join(folder, 'installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== version) {
    log(`installing the CUDA ${version} compiler (${partsOf[parts]}) from Python packages`);
    const staging = `${folder}.${process.pid}`;
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    await runCommand('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', staging],
      `cuda-toolkit[${partsOf[parts]}]==${version}.*`,
    ]);
    await writeFile(path.join(staging, 'installed'), version);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  }
  return toolkitIn(folder);
}
