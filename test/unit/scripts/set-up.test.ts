import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fingerprint } from '../../../scripts/setup/fingerprint.js';
import { cacheFolder, root } from '../../../scripts/setup/paths.js';
import { findProgram } from '../../../scripts/setup/requirements.js';
import { runStep } from '../../../scripts/setup/step.js';
import { mkdir } from 'node:fs/promises';

describe('set-up', () => {
  let folder: string;
  let runs: number;
  let name: string;
  before(async () => {
    await mkdir(cacheFolder, { recursive: true });
    folder = await mkdtemp(path.join(cacheFolder, 'set-up-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    runs = 0;
    name = `test-${Math.random().toString(36).slice(2)}`;
  });
  afterEach(() => rm(path.join(cacheFolder, 'steps', `${name}.done`), { force: true }));

  const step = (inputs: string, work: () => Promise<void> = async () => undefined) => ({
    name,
    inputs: async () => inputs,
    outputs: [path.join(folder, 'output')],
    run: async () => {
      runs++;
      await work();
      await writeFile(path.join(folder, 'output'), 'made');
    },
  });

  it('does a step once while nothing changes', async () => {
    await runStep(step('a'));
    await runStep(step('a'));
    assert.equal(runs, 1);
  });

  it('does it again when an input changed or an output is gone', async () => {
    await runStep(step('a'));
    await runStep(step('b'));
    assert.equal(runs, 2);
    await rm(path.join(folder, 'output'));
    await runStep(step('b'));
    assert.equal(runs, 3);
  });

  it('takes up a step that broke off', async () => {
    await assert.rejects(runStep(step('a', () => Promise.reject(new Error('interrupted')))), /interrupted/);
    await runStep(step('a'));
    assert.equal(runs, 2);
  });

  it('does a step once when two ask for it at the same time', async () => {
    await Promise.all([runStep(step('a')), runStep(step('a'))]);
    assert.equal(runs, 1);
  }).timeout(20_000);

  it('sees a changed, a new and a renamed file in a folder', async () => {
    const under = path.relative(root, path.join(folder, 'inputs'));
    await mkdir(path.join(folder, 'inputs'));
    const seen = new Set<string>();
    const note = async () => seen.add(await fingerprint([under]));
    await note();
    await writeFile(path.join(folder, 'inputs', 'a'), 'one');
    await note();
    await writeFile(path.join(folder, 'inputs', 'a'), 'two');
    await note();
    await writeFile(path.join(folder, 'inputs', 'b'), 'two');
    await note();
    await rm(path.join(folder, 'inputs', 'a'));
    await note();
    assert.equal(seen.size, 5);
    assert.equal(await fingerprint([under]), await fingerprint([under]));
  });

  it('finds a program on PATH and a file by its full path, and nothing else', async () => {
    assert.equal(await findProgram([process.execPath]), process.execPath);
    assert.notEqual(await findProgram(['no-such-program', 'git']), null);
    assert.equal(await findProgram(['no-such-program']), null);
  });
});
