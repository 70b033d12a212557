import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nativeFolder } from '../../scripts/native/paths.js';

const gpuFolder = path.join(nativeFolder, 'cuda', 'gpu');
const line = (row: object): string => `${JSON.stringify(row)}\n`;

describe('The script for a machine with a GPU', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gpu-script-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, ...rows: readonly object[]) =>
    writeFileSync(path.join(folder, name), rows.map(line).join(''));
  const table = () => spawnSync('python3', [path.join(gpuFolder, 'table.py'), folder], { encoding: 'utf8' });

  it('says in one line that there is no GPU, and builds nothing', () => {
    const tool = path.join(folder, 'nvidia-smi');
    writeFileSync(tool, '#!/bin/sh\necho "No devices were found"\nexit 6\n');
    chmodSync(tool, 0o755);
    const out = path.join(folder, 'out');
    const { status, stdout, stderr } = spawnSync(path.join(gpuFolder, 'check.sh'), [folder, out], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /^check\.sh: no GPU: [^\n]+\n$/);
    assert.equal(existsSync(out), false);
  });

  const head = { device: 'Test GPU', copyGBps: 4000, shape: '8B', type: 'q4_K' };
  const decode = {
    ...{ part: 'whole', form: 'threshold', density: 0.501, denseUs: 1000, sparseUs: 800 },
    ...{ denseUsPerLayer: 31.25, usPerLayer: 25, ratio: 1.25, low: 1.2, high: 1.3, ffnBandwidthShare: 0 },
    ...{ errorAtFullDensity: 0.001, predictedHere: 1.1, predicted1TBps: 1.2, predicted272GBps: 1.3 },
  };

  it('puts measurements into a table, judges them by the targets, and writes them as JSON', () => {
    const kernel = { kernel: 'column_product', density: 0.5, us: 12.3, GBps: 2000, ofCopy: 0.5 };
    write('kernels.jsonl', head, kernel, { ...kernel, kernel: 'up_rows', ofCopy: 0.62 });
    write('bench.jsonl', head, decode, { ...decode, part: 'ffn', ratio: 1.05 });
    write('without-graphs.jsonl', head, { ...decode, denseUs: 1500 });
    const { status, stdout } = table();
    assert.equal(status, 0);
    assert.match(stdout, /^Test GPU, copy 4000 GB\/s/);
    assert.match(stdout, /missed column_product q4_K 8B at 0\.5: 0\.50/);
    assert.match(stdout, /met +up_rows q4_K 8B at 0\.5: 0\.62/);
    assert.match(stdout, /met +whole threshold q4_K 8B at 0\.5: 1\.250x \(>= 1\.05\)/);
    assert.match(stdout, /missed ffn threshold q4_K 8B at 0\.5: 1\.050x \(>= 1\.1\)/);
    assert.match(stdout, /CUDA graphs, whole threshold 0\.50: dense 1\.50x, sparse 1\.00x faster/);
    assert.match(stdout, /1000\.0 \/ +1250\.0 +1\.250 \[1\.200-1\.300\]/, 'tokens/s of both and their ratio');
    const results = JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8')) as Record<
      string,
      unknown[]
    >;
    assert.deepEqual(
      [results['device'], results['kernels']?.length, results['decode']?.length],
      ['Test GPU', 2, 2],
    );
  });

  it('fails when nothing was measured', () => {
    const { status, stderr } = table();
    assert.equal(status, 1);
    assert.match(stderr, /nothing was measured/);
  });
});
