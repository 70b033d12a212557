import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nativeFolder } from '../../scripts/native/paths.js';

const gpuFolder = path.join(nativeFolder, 'cuda', 'gpu');
const line = (row: object): string => `${JSON.stringify(row)}\n`;

describe('The script for a machine with a GPU', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gpu-script-'));
    environment = {};
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, ...rows: readonly object[]) => {
    mkdirSync(path.join(folder, 'parts'), { recursive: true });
    writeFileSync(path.join(folder, 'parts', `${name}.jsonl`), rows.map(line).join(''));
  };
  /** An executable of this name that does this, in `where`. */
  const program = (where: string, name: string, ...lines: readonly string[]) => {
    mkdirSync(where, { recursive: true });
    writeFileSync(path.join(where, name), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(path.join(where, name), 0o755);
  };
  let environment: Readonly<Record<string, string>> = {};
  const check = (...arguments_: readonly string[]) =>
    spawnSync(path.join(gpuFolder, 'check.sh'), arguments_, {
      encoding: 'utf8',
      env: { HOME: folder, PATH: `${folder}:/usr/bin:/bin`, ...environment },
    });
  const results = () =>
    JSON.parse(readFileSync(path.join(folder, 'out', 'results.json'), 'utf8')) as Record<
      string,
      string[] | null
    > & {
      stages: Record<string, string[] | null>;
    };
  const table = () => spawnSync('python3', [path.join(gpuFolder, 'table.py'), folder], { encoding: 'utf8' });

  it('says in one line that there is no GPU, and builds nothing', () => {
    program(folder, 'nvidia-smi', 'echo "No devices were found"', 'exit 6');
    const out = path.join(folder, 'out');
    const { status, stdout, stderr } = check(folder, out);
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /^check\.sh: no GPU: [^\n]+\n$/);
    assert.equal(existsSync(out), false);
  });

  const head = { device: 'Test GPU', copyGBps: 4000, shape: '8B', type: 'q4_K' };
  const decode = {
    ...{ part: 'whole', form: 'threshold', density: 0.501, denseUs: 1000, sparseUs: 800 },
    ...{ denseUsPerLayer: 31.25, usPerLayer: 25, ratio: 1.25, low: 1.2, high: 1.3, ffnBandwidthShare: 0 },
    ...{ error: 0.001, predictedHere: 1.1, predicted1TBps: 1.2, predicted272GBps: 1.3 },
  };

  it('puts measurements into a table, judges them by the targets, and writes them as JSON', () => {
    const kernel = { kernel: 'column_product', density: 0.5, us: 12.3, GBps: 2000, ofCopy: 0.5 };
    write('kernels-8B-q4_K', head, kernel, { ...kernel, kernel: 'up_rows', ofCopy: 0.62 });
    const held = { ...decode, form: 'held', ratio: 1.4, error: 0.5 };
    write('decode-8B-q4_K', head, decode, { ...decode, part: 'ffn', ratio: 1.05 }, held);
    write('without-graphs-8B-q4_K', head, { ...decode, denseUs: 1500 });
    const { status, stdout } = table();
    assert.equal(status, 0);
    assert.match(stdout, /^Test GPU, copy 4000 GB\/s/);
    assert.match(stdout, /missed column_product q4_K 8B at 0\.5: 0\.50/);
    assert.match(stdout, /met +up_rows q4_K 8B at 0\.5: 0\.62/);
    assert.match(stdout, /met +whole threshold q4_K 8B at 0\.5: 1\.250x \(>= 1\.05\)/);
    assert.match(stdout, /missed ffn threshold q4_K 8B at 0\.5: 1\.050x \(>= 1\.1\)/);
    assert.match(stdout, /met +whole held q4_K 8B at 0\.5: 1\.400x \(>= 1\.35\)/);
    assert.match(stdout, /missed whole held q4_K 8B: differs by 5\.0e-01/);
    assert.match(stdout, /not run {2}stage check/);
    assert.match(stdout, /CUDA graphs, whole threshold 0\.50: dense 1\.50x, sparse 1\.00x faster/);
    assert.match(stdout, /1000\.0 \/ +1250\.0 +1\.250 \[1\.200-1\.300\]/, 'tokens/s of both and their ratio');
    const results = JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8')) as Record<
      string,
      unknown[]
    >;
    assert.deepEqual(
      [results['device'], results['kernels']?.length, results['decode']?.length],
      ['Test GPU', 2, 3],
    );
  });

  const gpuAndBuild = (bench: string) => {
    program(folder, 'nvidia-smi', 'echo "Test GPU, 9.0, 580, 1 MiB"');
    const bin = path.join(folder, 'out', 'work', 'build', 'bin');
    for (const name of ['ffn-kernels-test', 'input-kernels-test'])
      program(bin, name, 'echo "3 passed, 0 failed"');
    program(bin, 'decode-bench', bench);
    program(bin, 'kernel-bench', 'cat <<E', JSON.stringify(head), 'E');
  };

  it('names what could not run, and does not end as if it had', () => {
    gpuAndBuild('exit 0');
    const { status, stdout } = check('--only', 'check', folder, path.join(folder, 'out'));
    assert.equal(status, 1);
    assert.match(stdout, /not run {2}compute-sanitizer racecheck: it is not installed/);
    for (const kernels of ['ffn', 'input'])
      assert.ok(results().stages['check']?.includes(`ok  ${kernels} kernels against the reference`));
    assert.equal(results().stages['bench'], null);
  });

  it("finds CUDA's libraries and compute-sanitizer with the compiler, where the machine knows neither", () => {
    gpuAndBuild('exit 0');
    const toolkit = path.join(folder, 'toolkit');
    program(path.join(toolkit, 'bin'), 'nvcc', 'exit 0');
    program(path.join(toolkit, 'bin'), 'compute-sanitizer', 'echo "$@"');
    program(path.join(folder, 'out', 'work', 'build', 'bin'), 'ffn-kernels-test', 'echo "$LD_LIBRARY_PATH"');
    environment = { NVCC: path.join(toolkit, 'bin', 'nvcc') };
    const { stdout } = check('--only', 'check', folder, path.join(folder, 'out'));
    const said = readFileSync(path.join(folder, 'out', 'ffn-kernels.txt'), 'utf8')
      .trim()
      .split(':');
    assert.ok(said.includes(path.join(toolkit, 'lib64')), said.join(':'));
    assert.ok(said.includes(path.join(folder, 'out', 'work', 'build', 'bin')), said.join(':'));
    assert.match(stdout, /ok {2}compute-sanitizer racecheck, input kernels/);
  });

  it('says of a failure what the tool said of it, and where to read on', () => {
    gpuAndBuild('echo "loading"; echo "CUDA error: out of memory" >&2; echo "goodbye"; exit 1');
    const { status, stdout } = check('--only', 'check', folder, path.join(folder, 'out'));
    assert.equal(status, 1);
    assert.match(stdout, /FAIL {2}dense path runs, f16: CUDA error: out of memory \(.*dense-f16\.log\)/);
  });

  it('does not take a stage that was cut off for one that passed', () => {
    gpuAndBuild('kill -9 $PPID');
    const out = path.join(folder, 'out');
    assert.notEqual(check('--only', 'check', folder, out).status, 0);
    const { status, stdout } = check('--only', 'build', folder, out);
    assert.equal(status, 1);
    assert.match(stdout, /not run {2}the rest of it: the stage was cut off/);
  });

  it('goes on with a bench that was cut off, and keeps the results of the other stages', () => {
    gpuAndBuild(
      `[ -e ${folder}/whole ] || exit 1; cat <<E\n${JSON.stringify(head)}\n${JSON.stringify(decode)}\nE`,
    );
    const out = path.join(folder, 'out');
    writeFileSync(path.join(out, 'check.status'), 'ok  kernels against the reference\n');
    const cut = check('--only', 'bench', folder, out);
    assert.equal(cut.status, 1);
    assert.match(cut.stdout, /FAIL {2}decode-8B-q4_K/);
    writeFileSync(path.join(folder, 'whole'), '');
    const whole = check('--only', 'bench', folder, out);
    assert.equal(whole.status, 0, whole.stdout + whole.stderr);
    assert.match(whole.stdout, /ok {2}kernels-8B-q4_K: measured before/);
    assert.deepEqual(results().stages['check'], ['ok  kernels against the reference']);
    assert.equal(results()['decode']?.length, 6);
  });

  it('takes no unknown stage', () => {
    assert.equal(check('--only', 'everything', folder).status, 2);
  });

  it('fails when nothing was run', () => {
    const { status, stderr } = table();
    assert.equal(status, 1);
    assert.match(stderr, /nothing was run/);
  });
});
