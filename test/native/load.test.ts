import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { binsFolder, nodeModules, platformName, repositoryRoot } from '../../scripts/native/paths.js';

const run = promisify(execFile);

interface Outcome {
  readonly kind: string;
  readonly reason: string;
  readonly gpu?: string | null;
}

/** In a process of its own: two builds never share one. */
async function load(folder: string, cudaFolder?: string): Promise<Outcome> {
  const program = path.join(repositoryRoot, 'test', 'native', 'programs', 'load.ts');
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', program, folder, ...(cudaFolder === undefined ? [] : [cudaFolder])],
    { cwd: repositoryRoot },
  );
  return JSON.parse(stdout) as Outcome;
}

describe('loading the native build', function () {
  this.timeout(120_000);

  let folder: string;
  const copy = async (name: string, from: string): Promise<string> => {
    const target = path.join(folder, name);
    await cp(from, target, { recursive: true });
    return target;
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sparse-pilot-load-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('takes ours where it is', async () => {
    assert.deepEqual(await load(binsFolder), { kind: 'own', reason: '', gpu: null });
  });

  it('runs on the processor, with our kernels, where a CUDA part cannot be opened', async () => {
    const cuda = path.join(folder, 'cuda');
    await mkdir(cuda);
    assert.deepEqual(await load(binsFolder, cuda), { kind: 'own', reason: '', gpu: null }, 'an empty folder');
    await writeFile(path.join(cuda, 'libggml-cuda.so'), 'no library at all');
    assert.deepEqual(await load(binsFolder, cuda), { kind: 'own', reason: '', gpu: null });
  });

  it('falls back to the stock build, with the reason, where there is none', async () => {
    const { kind, reason } = await load(path.join(folder, 'nowhere'));
    assert.equal(kind, 'stock');
    assert.match(reason, /cannot be opened/);
  });

  it('falls back when the addon is damaged', async () => {
    const damaged = await copy('damaged', binsFolder);
    await truncate(path.join(damaged, 'llama-addon.node'), 4096);
    const { kind, reason } = await load(damaged);
    assert.equal(kind, 'stock');
    assert.match(reason, /llama-addon\.node/);
  });

  it('falls back when a library is missing', async () => {
    const partial = await copy('partial', binsFolder);
    await rm(path.join(partial, 'libllama.v0.5.0.so'));
    assert.equal((await load(partial)).kind, 'stock');
  });

  it('says so, and loads nothing else, when the build lacks our functions', async () => {
    const stock = path.join(nodeModules, '@node-llama-cpp', platformName, 'bins', platformName);
    const foreign = await copy('foreign', stock);
    await writeFile(
      path.join(foreign, 'sparse-pilot-build.json'),
      JSON.stringify({ version: '0', files: {} }),
    );
    const { kind, reason } = await load(foreign);
    assert.equal(kind, 'error');
    assert.match(reason, /NativeBuildUnusable.*spEvaluateLogits/);
  });
});
