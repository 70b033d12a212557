import { spawnSync } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import path from 'node:path';
import { defaultModelId, type GpuStatus, type NativeBuild } from '../../contract/index.js';
import { EngineClient } from '../../engine/client/index.js';
import { engineLaunch } from '../engine-entry.js';
import { openStore } from '../model-choice.js';

/** One thing that was looked at. `missing` keeps the engine from working; `note` makes it slower or less able. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly words: string;
  readonly nextStep?: string;
}

/** Looks at everything the engine needs, and at what building it needs. */
export async function examine(): Promise<readonly Finding[]> {
  return [nodeVersion(), ...(await native()), await model(), memory(), await disk(), ...buildTools()];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const words = `${process.version} on ${process.platform}-${process.arch}`;
  if (major > 20 || (major === 20 && minor >= 19)) return { name: 'Node', state: 'ok', words };
  return { name: 'Node', state: 'missing', words, nextStep: 'Install Node 20.19 or newer.' };
}

async function native(): Promise<readonly Finding[]> {
  const client = new EngineClient(engineLaunch());
  try {
    const info = await client.start();
    return [
      nativeFinding(info.native),
      gpuFinding(info.gpu),
      { name: 'Threads', state: 'ok', words: String(info.threads) },
    ];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ name: 'Native build', state: 'missing', words, nextStep: 'Build it: npm run build:native' }];
  } finally {
    await client.dispose();
  }
}

function nativeFinding(build: NativeBuild): Finding {
  if (build.kind === 'own')
    return { name: 'Native build', state: 'ok', words: `ours (${build.version}), kernels ${build.simd}` };
  return {
    name: 'Native build',
    state: 'note',
    words: `stock, dense only: ${build.reason}`,
    nextStep: 'Build ours for sparse modes: npm run build:native',
  };
}

/** The GPU's line: which one, or why none and what would change that. */
export function gpuFinding(gpu: GpuStatus): Finding {
  if (gpu.kind === 'in-use') return { name: 'GPU', state: 'ok', words: gpu.words };
  const note = { name: 'GPU', state: 'note', words: gpu.words } as const;
  if (gpu.offer === null) return note;
  const size = `${(gpu.offer.downloadBytes / 1e6).toFixed(0)} MB`;
  return { ...note, nextStep: `Get it (${size}): sparse-pilot gpu download` };
}

async function model(): Promise<Finding> {
  const file = await openStore().find(defaultModelId);
  if (file !== null) return { name: 'Default model', state: 'ok', words: file };
  return {
    name: 'Default model',
    state: 'missing',
    words: `${defaultModelId} was not downloaded`,
    nextStep: 'Download it: sparse-pilot models download',
  };
}

function memory(): Finding {
  const words = `${gigabytes(freemem())} of ${gigabytes(totalmem())} free, ${cpus().length} processors`;
  return { name: 'Memory', state: totalmem() < 2e9 ? 'note' : 'ok', words };
}

async function disk(): Promise<Finding> {
  const { folder } = openStore();
  for (let place = folder; ; place = path.dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return { name: 'Model folder', state: 'ok', words: `${folder}, ${gigabytes(bavail * bsize)} free` };
    } catch {
      if (path.dirname(place) === place) return { name: 'Model folder', state: 'note', words: folder };
    }
  }
}

/** Needed to build the native part, not to run it. */
const tools: readonly (readonly [name: string, ...args: string[]])[] = [
  ['git', '--version'],
  ['cmake', '--version'],
  ['ninja', '--version'],
  ['c++', '--version'],
];

function buildTools(): readonly Finding[] {
  return tools.map(([name, ...args]) => {
    const { status, stdout } = spawnSync(name, args, { encoding: 'utf8' });
    if (status === 0) return { name: `Tool ${name}`, state: 'ok', words: stdout.split('\n')[0] ?? '' };
    return {
      name: `Tool ${name}`,
      state: 'note',
      words: 'not found; needed only to build the native part',
    };
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
