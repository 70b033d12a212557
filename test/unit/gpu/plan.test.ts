import assert from 'node:assert/strict';
import path from 'node:path';
import { gpuFinding } from '../../../src/cli/doctor/examine.js';
import { publishedCuda } from '../../../src/contract/index.js';
import { probeDriver, type Driver, type DriverSources } from '../../../src/engine/gpu/driver.js';
import type { CudaOnDisk } from '../../../src/engine/gpu/installed.js';
import { planGpu, type GpuSituation } from '../../../src/engine/gpu/plan.js';
import { statusOf } from '../../../src/engine/gpu/support.js';
import { speedKeyOf } from '../../../src/engine/server/handlers/speed-key.js';
import { makeArchive } from './archive.js';

const { part } = makeArchive();
const card: Driver = { kind: 'found', gpu: 'Test GPU', capability: 86, version: 580 };
const installed: CudaOnDisk = {
  kind: 'complete',
  folder: path.join('gpu', 'part'),
  capabilities: part.capabilities,
  minimumDriver: part.minimumDriver,
};

const plan = (more: Partial<GpuSituation>) =>
  planGpu({ platform: 'linux-x64', part, onDisk: { kind: 'absent' }, driver: card, ...more });
const words = (more: Partial<GpuSituation>): string => {
  const made = plan(more);
  assert.equal(made.kind, 'processor');
  return made.kind === 'processor' ? made.words : '';
};

describe('what is done about a GPU', () => {
  it('loads a complete part on a machine that fits', () => {
    const load = { kind: 'load', folder: path.join('gpu', 'part'), gpu: 'Test GPU' };
    assert.deepEqual(plan({ onDisk: installed }), load);
    assert.deepEqual(plan({ onDisk: installed, part: null }), load, 'a checkout has no release');
    assert.deepEqual(plan({ onDisk: installed, driver: { ...card, capability: null, version: null } }), {
      ...load,
    });
  });

  it('runs on the processor with one line that says why', () => {
    const none: Driver = { kind: 'none', reason: 'no NVIDIA driver was found' };
    const cases: readonly [Partial<GpuSituation>, RegExp][] = [
      [{ driver: none, onDisk: installed }, /^no NVIDIA driver was found;/],
      [{ platform: 'darwin-arm64' }, /^GPU support is for linux-x64 only/],
      [{ part: null }, /was not published yet for this version;/],
      [{ driver: { ...card, version: 550 } }, /driver 550 is too old.* needs 580/],
      [{ driver: { ...card, capability: 61 } }, /compute capability 6\.1/],
      [{ driver: { ...card, capability: 100 }, onDisk: installed }, /compute capability 10,/],
      [{ onDisk: { kind: 'damaged', reason: 'a has 1 bytes' } }, /damaged \(a has 1 bytes\): get it again/],
      [{}, /^Test GPU is not used: GPU support was not fetched yet;/],
    ];
    for (const [situation, expected] of cases) {
      const line = words(situation);
      assert.match(line, expected);
      assert.match(line, /; the model runs on the processor$/);
      assert.ok(!line.includes('\n'));
    }
  });

  it('offers the part only where it fits and is missing or damaged', () => {
    const offered = (more: Partial<GpuSituation>): boolean => {
      const made = plan(more);
      return made.kind === 'processor' && made.offer !== null;
    };
    assert.ok(offered({}));
    assert.ok(offered({ onDisk: { kind: 'damaged', reason: 'x' } }));
    for (const more of [
      { part: null },
      { driver: { kind: 'none', reason: 'x' } },
      { driver: { ...card, capability: 61 } },
      { driver: { ...card, version: 470 } },
      { platform: 'win32-x64' },
    ] as const)
      assert.ok(!offered(more), JSON.stringify(more));
  });

  it('is told by doctor with the next step', () => {
    const missing = plan({});
    assert.ok(missing.kind === 'processor');
    assert.match(gpuFinding(statusOf(missing, null)).nextStep ?? '', /sparse-pilot gpu download/);
    const nothing = plan({ part: null });
    assert.equal(gpuFinding(statusOf(nothing, null)).nextStep, undefined);
    assert.equal(gpuFinding(statusOf(plan({ onDisk: installed }), 'cuda')).state, 'ok');
  });

  it('admits when the part was loaded and found no device', () => {
    const status = statusOf(plan({ onDisk: installed }), null);
    assert.equal(status.kind, 'processor');
    assert.match(status.words, /found no usable GPU \(Test GPU\)/);
    assert.deepEqual(statusOf(plan({ onDisk: installed }), 'cuda'), {
      kind: 'in-use',
      words: 'Test GPU (cuda)',
    });
  });

  it('measures a model anew on another GPU or with other layers on it', () => {
    const key = (gpuLayers: number, gpu: string | null) =>
      speedKeyOf({ identity: { sha256: 'aa' } as never, gpuLayers }, 'k', gpu, 2);
    assert.equal(new Set([key(0, null), key(8, 'A'), key(33, 'A'), key(33, 'B')]).size, 4);
    assert.equal(key(0, 'A'), key(0, null), 'on the processor alone the GPU does not matter');
  });

  it('has a release list that is empty or complete', () => {
    for (const each of publishedCuda?.parts ?? []) {
      assert.match(each.sha256, /^[0-9a-f]{64}$/);
      assert.ok(each.size > 0 && each.files.length > 0 && each.capabilities.length > 0);
    }
    assert.ok(publishedCuda === null || publishedCuda.urlTemplate.includes('{file}'));
  });
});

describe('the NVIDIA driver', () => {
  const sources = (answer: string | null | Error, ...files: readonly string[]): DriverSources => ({
    nvidiaSmi: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
    exists: (file) => Promise.resolve(files.includes(file)),
  });

  it('is read from nvidia-smi, the most capable of several GPUs', async () => {
    const answer = 'NVIDIA T4, 7.5, 580.65.06\nNVIDIA H200, 9.0, 580.65.06\n';
    assert.deepEqual(await probeDriver(sources(answer)), {
      kind: 'found',
      gpu: 'NVIDIA H200',
      capability: 90,
      version: 580,
    });
  });

  it('is found by its library where the tool is missing', async () => {
    const found = await probeDriver(sources(null, '/usr/lib/wsl/lib/libcuda.so.1'));
    assert.deepEqual(found, { kind: 'found', gpu: 'an NVIDIA GPU', capability: null, version: null });
  });

  it('is none where nothing is there, nothing answers, or no GPU is known', async () => {
    assert.deepEqual(await probeDriver(sources(null)), {
      kind: 'none',
      reason: 'no NVIDIA driver was found',
    });
    const broken = await probeDriver(sources(new Error('NVIDIA-SMI has failed\nMake sure it runs.')));
    assert.deepEqual(broken, {
      kind: 'none',
      reason: 'the NVIDIA driver does not answer (Make sure it runs.)',
    });
    for (const answer of ['', 'No devices were found\n', 'a, b, c\n'])
      assert.equal((await probeDriver(sources(answer))).kind, 'none', answer);
  });

  it('of this machine is looked for without an error', async () => {
    assert.match((await probeDriver()).kind, /^(none|found)$/);
  });
});
